/// The log of what happened, numbered 1, 2, 3, … per tenant. The events of a transaction stand in one row, as a JSON
/// array with `[at, code, conversation, message, side]` for each: a row of its own costs a send more than its
/// message's text.
final class EventTable {
    /// What is read at once for an event, though most of it may come before the one that is asked for.
    private static let blockLimit = 256

    private let connection: SQLiteConnection
    private let after: SQLiteStatement
    private let newest: SQLiteStatement
    private let insertion: SQLiteStatement
    private let removal: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        self.connection = connection
        after = connection.statement(
            """
            SELECT first, events FROM event
            WHERE first >= ifnull((SELECT max(first) FROM event WHERE first <= ?), 0) ORDER BY first
            """
        )
        newest = connection.statement("SELECT last FROM event ORDER BY first DESC LIMIT 1")
        insertion = connection.statement("INSERT INTO event(first, last, events) VALUES (?, ?, ?)")
        removal = connection.statement(
            "DELETE FROM event WHERE first IN (SELECT first FROM event WHERE first <= ? ORDER BY first LIMIT ?)"
        )
    }

    func events(after number: Int64, limit: Int) throws(StoreError) -> [LoggedEvent] {
        var events: [LoggedEvent] = []
        after.bind(number)
        defer { after.reset() }
        while events.count < limit, try after.step() {
            let first = after.int64()
            let block = try Self.decode(after.bytes(), first: first)
            events += block.drop { $0.number <= number }.prefix(limit - events.count)
        }
        return events
    }

    /// The highest number; 0 for none.
    func last() throws(StoreError) -> Int64 {
        try newest.one { $0.int64() } ?? 0
    }

    /// Stores the events of one transaction, whose numbers follow each other.
    func insert(_ events: [LoggedEvent]) throws(StoreError) {
        var rest = events[...]
        while let first = rest.first {
            let block = rest.prefix(Self.blockLimit)
            insertion.bind(first.number)
            insertion.bind(first.number + Int64(block.count) - 1)
            insertion.bindText(Self.encode(block))
            try insertion.run()
            rest = rest.dropFirst(block.count)
        }
    }

    /// Removes rows of which no event is among the newest `kept`, oldest first; returns how many went.
    func trim(keeping kept: Int64, newest: Int64, limit: Int) throws(StoreError) -> Int {
        let last = newest - kept - Int64(Self.blockLimit)
        guard last > 0 else { return 0 }
        removal.bind(last)
        removal.bind(limit)
        try removal.run()
        return connection.changes
    }

    private static func encode(_ events: ArraySlice<LoggedEvent>) -> [UInt8] {
        var json = JSONWriter(capacity: 16 + 80 * events.count)
        json.array { list in
            for event in events {
                list.array { fields in
                    fields.element(Int(event.at))
                    fields.element(event.code)
                    fields.element(Int(event.conversation))
                    fields.element(Int(event.messageNumber))
                    fields.element(event.side)
                }
            }
        }
        return json.bytes
    }

    private static func decode(_ block: [UInt8], first: Int64) throws(StoreError) -> [LoggedEvent] {
        let damage = StoreError(.corrupt, message: "the events from number \(first) on cannot be read")
        guard let list = (try? JSONDocument(parsing: block))?.root.array else { throw damage }
        var events: [LoggedEvent] = []
        events.reserveCapacity(list.count)
        for element in list {
            guard let fields = element.array.map(Array.init), fields.count == 5,
                let at = fields[0].int, let code = fields[1].int, let conversation = fields[2].int,
                let message = fields[3].int, let side = fields[4].int
            else { throw damage }
            events.append(
                LoggedEvent(
                    number: first + Int64(events.count),
                    at: Int64(at),
                    code: code,
                    conversation: Int64(conversation),
                    messageNumber: Int64(message),
                    side: side
                )
            )
        }
        return events
    }
}
