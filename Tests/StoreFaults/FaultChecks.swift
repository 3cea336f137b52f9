import CSQLite
import Core

/// What must hold of a database after whatever failed.
struct FaultChecks {
    let store: SQLiteChatStore

    func findings(_ scenario: FaultScenario) -> [String] {
        var findings = scenario.findings
        do {
            try store.prepare()
            let reader = try store.makeReader()
            findings += try messages(reader, scenario)
            findings += try totals(reader)
        } catch let error as StoreError {
            findings.append("reading afterwards: \(error)")
        } catch {
            findings.append("reading afterwards failed")
        }
        return findings + integrity()
    }

    private func messages(_ reader: any ChatReader, _ scenario: FaultScenario) throws -> [String] {
        var findings: [String] = []
        var texts: Set<String> = []
        for summary in try reader.conversations(ConversationFilter(), page: PageRequest(page: 1, limit: 1_000)).items {
            for message in try reader.messages(of: summary.conversation.row, numbers: 1...1_000) {
                texts.insert(message.text)
                if try reader.message(EntityIDRange(message.id)) != message {
                    findings.append("message \(message.number) is not found by its id")
                }
            }
        }
        func isThere(_ number: Int) -> Bool { texts.contains(FaultSample.message(number).text) }
        for number in scenario.acknowledged.joined() where !isThere(number) {
            findings.append("the acknowledged message \(number) is lost")
        }
        for number in scenario.undone where isThere(number) {
            findings.append("message \(number) of an undone turn is there")
        }
        for numbers in scenario.uncertain {
            let there = numbers.filter { isThere($0) }
            if !there.isEmpty, there != numbers { findings.append("of \(numbers) only \(there) are there") }
        }
        return findings
    }

    private func totals(_ reader: any ChatReader) throws -> [String] {
        var findings: [String] = []
        let everything = PageRequest(page: 1, limit: 1_000)
        let all = try reader.conversations(ConversationFilter(order: .newest), page: everything)
        var counts = StatusCounts()
        var people: Int64 = 0
        for summary in all.items {
            let conversation = summary.conversation
            let numbers = try reader.messages(of: conversation.row, numbers: 1...1_000).map(\.number)
            if numbers != Array(1..<(conversation.messageCount + 1)) {
                findings.append("conversation \(conversation.row) says \(conversation.messageCount), has \(numbers)")
            }
            people += conversation.peopleCount
            switch conversation.status {
            case .pending: counts.pending += 1
            case .active: counts.active += 1
            case .closed: counts.closed += 1
            case .archived: counts.archived += 1
            }
        }
        if try reader.statusCounts() != counts { findings.append("the status counters are wrong") }
        for priority in ConversationPriority.allCases {
            // A page of one, so that the total is asked for.
            let filter = ConversationFilter(priority: priority)
            let total = try reader.conversations(filter, page: PageRequest(page: 1, limit: 1)).total
            let expected = all.items.count { $0.conversation.priority == priority }
            if total != expected { findings.append("\(total) of \(expected) conversations of a priority are counted") }
        }
        if try reader.statistics().messages != Int(people) { findings.append("the message counter is wrong") }
        let found = try reader.conversations(ConversationFilter(search: "customer"), page: everything)
        if found.total != all.total { findings.append("\(found.total) of \(all.total) conversations are searchable") }
        let events = try reader.events(after: 0, limit: 1_000).map(\.number)
        if events != Array(1..<Int64(events.count + 1)) { findings.append("event numbers have gaps: \(events)") }
        return findings
    }

    private func integrity() -> [String] {
        var database: OpaquePointer?
        defer { sqlite3_close(database) }
        guard sqlite3_open(store.path, &database) == SQLITE_OK else { return ["it cannot be opened"] }
        var findings: [String] = []
        var statement: OpaquePointer?
        sqlite3_prepare_v2(database, "PRAGMA integrity_check", -1, &statement, nil)
        while sqlite3_step(statement) == SQLITE_ROW {
            let line = sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? ""
            if line != "ok" { findings.append("integrity: \(line)") }
        }
        sqlite3_finalize(statement)
        let search = "INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"
        if sqlite3_exec(database, search, nil, nil, nil) != SQLITE_OK { findings.append("the search index is wrong") }
        return findings
    }
}
