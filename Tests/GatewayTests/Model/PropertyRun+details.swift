import Core

/// The views of one conversation. What is shown is the state before; showing it delivers.
extension PropertyRun {
    func checkDetails(_ conversation: ModelConversation) throws {
        try checkModuleMessages(conversation)
        try checkRoomsMessages(conversation)
        try checkExampleLines(conversation)
        switch conversation.customer {
        case let guest as LocalProGuest: try checkGuest(guest, conversation)
        case let backend as ZenBackend: try checkZen(backend.reading, conversation)
        case let app as ZenApp:
            if conversation.birth == .zenTicket { try checkTickets(app, conversation) }
            try checkZen(app.reading, conversation)
        case let user as ModuleUser: try checkUser(user, conversation)
        case let guest as RoomsGuest: try checkRoomsGuest(guest, conversation)
        case let guest as ExampleGuest: try checkExampleGuest(guest, conversation)
        default: throw Broken("a customer that nobody checks: \(conversation.customer.label)")
        }
    }

    // MARK: Agents

    private func checkModuleMessages(_ conversation: ModelConversation) throws {
        let messages = try module.messages(conversation.id)
        try compare("the Chat module's messages", try messages.map(Self.module), expectedInModule(conversation))
        for (message, number) in zip(messages, conversation.people) {
            conversation.messages[number - 1].id = try message.text("id")
        }
        ModelConversation.deliver(&conversation.agentsMark, upTo: conversation.people.last ?? 0)
    }

    private static func module(_ message: JSONValue) throws -> String {
        let words = try ["sender", "content", "status"].map { try message.text($0) }
        return words.joined(separator: " ") + " \(try message.flag("read"))"
    }

    private func expectedInModule(_ conversation: ModelConversation) -> [String] {
        conversation.people.map { number in
            let message = conversation.messages[number - 1]
            let sender = message.who == .customer ? "user" : "support"
            return "\(sender) \(message.text) \(conversation.delivery(number)) \(conversation.isRead(number))"
        }
    }

    private func checkRoomsMessages(_ conversation: ModelConversation) throws {
        let shown = try rooms.messages(conversation.roomsID).map(Self.room)
        try compare("the history of rooms", shown, expectedInRooms(conversation))
        ModelConversation.deliver(&conversation.agentsMark, upTo: conversation.people.last ?? 0)
    }

    private static func room(_ message: JSONValue) throws -> String {
        "\(try message.text("sender")) \(try message.text("message")) \(try message.flag("read"))"
    }

    private func expectedInRooms(_ conversation: ModelConversation) -> [String] {
        conversation.people.map { number in
            let message = conversation.messages[number - 1]
            let sender = message.who == .customer ? "client" : "admin"
            return "\(sender) \(message.text) \(conversation.isRead(number))"
        }
    }

    private func checkExampleLines(_ conversation: ModelConversation) throws {
        let thread = try example.thread(conversation.threadID)
        try compare("the example's lines", try Self.lines(thread), expectedInExample(conversation))
        ModelConversation.deliver(&conversation.agentsMark, upTo: conversation.messages.count)
    }

    private static func lines(_ thread: JSONValue) throws -> [String] {
        ["open \(try thread.flag("open"))"]
            + (try thread.list("lines").map { "\(try $0.text("by")) \(try $0.text("text"))" })
    }

    private func expectedInExample(_ conversation: ModelConversation) -> [String] {
        ["open \(conversation.isOpen)"]
            + conversation.messages.map { "\($0.who == .customer ? "guest" : $0.who.rawValue) \($0.text)" }
    }

    // MARK: Customers

    private func checkGuest(_ guest: LocalProGuest, _ conversation: ModelConversation) throws {
        let session = try guest.session()
        let shown = [
            try session.text("status"), "\(try session.number("messageCount"))",
            "\(try session.number("unreadCount"))", session["assignedAgent"]?["_id"]?.string ?? "nobody",
        ]
        let expected = [
            conversation.status.name, "\(conversation.messages.count)", "\(conversation.unreadByAgents)",
            conversation.agent ?? "nobody",
        ]
        try compare("the guest's session", shown, expected)
        let messages = try guest.messages()
        try compare(
            "the guest's messages",
            try messages.map { "\(try $0.text("type")) \(try $0.text("content")) \(try $0.flag("isRead"))" },
            conversation.messages.indices.map { index in
                let message = conversation.messages[index]
                return "\(Self.localPro(message.who)) \(message.text) \(conversation.isRead(index + 1))"
            }
        )
        // The welcome has no id in the dialects that hide it; LocalPro's is the beginning of all ids.
        for (index, message) in messages.enumerated() where conversation.messages[index].id.isEmpty {
            conversation.messages[index].id = try message.text("_id")
        }
        ModelConversation.deliver(&conversation.customersMark, upTo: conversation.messages.count)
    }

    private func checkZen(_ reader: ZenReader, _ conversation: ModelConversation) throws {
        let data = try reader.read()
        let shown = try [data.text("status")] + data.list("messages").map { try ZenReader.line($0).description }
        let expected =
            [conversation.isOpen ? "open" : "closed"]
            + conversation.messages.map { Line($0.who, $0.text).description }
        try compare("the read of SupportZen", shown, expected)
        ModelConversation.deliver(&conversation.customersMark, upTo: conversation.messages.count)
    }

    private func checkTickets(_ app: ZenApp, _ conversation: ModelConversation) throws {
        let shown = try app.tickets().map { ticket in
            "\(try ticket.text("ticketId")) \(try ticket.text("status")) unread \(try ticket.number("unread"))"
        }
        let status = conversation.isOpen ? "open" : "closed"
        try compare("the tickets", shown, ["\(app.id) \(status) unread \(conversation.unreadByCustomer)"])
    }

    private func checkUser(_ user: ModuleUser, _ conversation: ModelConversation) throws {
        let status = conversation.isOpen ? "active" : "closed"
        try compare("the user's session", [try user.session().text("status")], [status])
        try compare("the user's messages", try user.messages().map(Self.module), expectedInModule(conversation))
        ModelConversation.deliver(&conversation.customersMark, upTo: conversation.people.last ?? 0)
    }

    /// Nobody knows who asks: nothing is delivered.
    private func checkRoomsGuest(_ guest: RoomsGuest, _ conversation: ModelConversation) throws {
        let messages = try RoomsFrames.messages(guest.clientID, over: HTTPConnection(client), bearer: nil)
        try compare("the client's history", try messages.map(Self.room), expectedInRooms(conversation))
    }

    private func checkExampleGuest(_ guest: ExampleGuest, _ conversation: ModelConversation) throws {
        try compare("the guest's thread", try Self.lines(guest.shown()), expectedInExample(conversation))
        ModelConversation.deliver(&conversation.customersMark, upTo: conversation.messages.count)
    }
}
