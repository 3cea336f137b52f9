import Core

/// The views of all conversations.
extension PropertyRun {
    func check(_ touched: ModelConversation?) throws {
        try checkLocalProList()
        try checkModuleList()
        try checkRooms()
        if let touched { try checkDetails(touched) }
    }

    private func checkLocalProList() throws {
        let list = try desk.sessions()
        let shown = try list.list("data").map { session in
            [
                try session.text("sessionId"), try session.text("status"), try session.text("priority"),
                (session["tags"]?.array.map(Array.init) ?? []).compactMap(\.string).joined(separator: ","),
                "count \(try session.number("messageCount"))", "unread \(try session.number("unreadCount"))",
                session["assignedAgent"]?["_id"]?.string ?? "nobody",
                "rating \(session["rating"]?["score"]?.int ?? 0)",
                try session.text("lastMessage.content"),
            ].joined(separator: " | ")
        }
        let ordered = conversations.sorted { left, right in
            let (isLeftPending, isRightPending) = (left.status == .pending, right.status == .pending)
            if isLeftPending != isRightPending { return isLeftPending }
            if left.priority != right.priority { return left.priority.rawValue > right.priority.rawValue }
            return left.bornAt > right.bornAt
        }
        let expected = ordered.map { conversation in
            [
                conversation.localProID, conversation.status.name, conversation.priority.name,
                conversation.tags.joined(separator: ","),
                "count \(conversation.messages.count)", "unread \(conversation.unreadByAgents)",
                conversation.agent ?? "nobody",
                "rating \(conversation.rating ?? 0)",
                conversation.messages.last?.text ?? "",
            ].joined(separator: " | ")
        }
        try compare("LocalPro's list", shown, expected)
        let counts = try list.value("statusCounts")
        try compare(
            "LocalPro's counts",
            try ConversationStatus.allCases.map { "\($0.name) \(try counts.number($0.name))" },
            ConversationStatus.allCases.map { status in "\(status.name) \(conversations.count { $0.status == status })"
            }
        )
    }

    private func checkModuleList() throws {
        let list = try module.sessions()
        let shown = try list.list("sessions").map { session in
            [
                try session.text("id"), try session.text("status"), try session.text("priority"),
                (session["tags"]?.array.map(Array.init) ?? []).compactMap(\.string).joined(separator: ","),
                session["agentId"]?.string ?? "nobody", session["endedAt"] == nil ? "goes on" : "has ended",
            ].joined(separator: " | ")
        }
        let expected = conversations.reversed().map { conversation in
            [
                conversation.id, conversation.isOpen ? "active" : "closed",
                conversation.priority == .urgent ? "high" : conversation.priority.name,
                conversation.tags.joined(separator: ","),
                conversation.agent ?? "nobody", conversation.isOpen ? "goes on" : "has ended",
            ].joined(separator: " | ")
        }
        try compare("the Chat module's list", shown, expected)
        let path = "/api/chat/stats"
        let figures = try module.http.request("GET", path, bearer: TestTenant.admin).expecting(200).json
        let names = ["totalSessions", "activeSessions", "messagesExchanged"]
        let open = conversations.count { $0.isOpen }
        let people = conversations.reduce(0) { $0 + $1.people.count }
        try compare(
            "the Chat module's figures",
            try names.map { "\(try figures.number($0))" },
            ["\(conversations.count)", "\(open)", "\(people)"]
        )
    }

    private func checkRooms() throws {
        let http = try HTTPConnection(client)
        for token in [TestTenant.support, nil] {
            let shown = try RoomsFrames.sessions(over: http, bearer: token).map { session in
                let last = session["lastMessage"]?["message"]?.string ?? "nothing"
                return "\(try session.text("clientId")) \(last) unread \(try session.number("unread"))"
            }
            let expected =
                conversations
                .filter { $0.isOpen && (token != nil || $0.birth == .rooms) }
                .sorted { $0.activity > $1.activity }
                .map { conversation in
                    let last = conversation.people.last.map { conversation.messages[$0 - 1].text } ?? "nothing"
                    return "\(conversation.roomsID) \(last) unread \(conversation.unreadByAgents)"
                }
            try compare(token == nil ? "the rooms of anybody" : "the rooms of an agent", shown, expected)
        }
    }
}
