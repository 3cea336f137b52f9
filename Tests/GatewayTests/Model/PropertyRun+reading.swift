import Core

/// The ways of reading, each done to the server and to the model.
extension PropertyRun {
    func read(_ conversation: ModelConversation) throws {
        switch Int.random(in: 0..<(isLocalProOnly ? 3 : 7), using: &random) {
        case 0: try readDetail(conversation)
        case 1: try agentsReceipt(conversation)
        case 2: try guestsReceipt(conversation)
        case 3: try readInModule(conversation)
        case 4: try readAsUser(conversation)
        default: try readInRooms(conversation)
        }
    }

    /// LocalPro's detail shows the state before, and reads it.
    private func readDetail(_ conversation: ModelConversation) throws {
        note("LocalPro's agent looks at \(conversation.localProID)")
        let detail = try desk.detail(conversation.localProID)
        let shown = try detail.list("messages").map { message in
            let words = try ["type", "content", "delivery"].map { try message.text($0) }
            return words.joined(separator: " ") + " \(try message.flag("isRead"))"
        }
        let expected = conversation.messages.indices.map { index in
            let (message, number) = (conversation.messages[index], index + 1)
            let delivery = conversation.delivery(number)
            let word = delivery == "sent" ? "pending" : delivery
            return "\(Self.localPro(message.who)) \(message.text) \(word) \(conversation.isRead(number))"
        }
        try compare("LocalPro's detail", shown, expected)
        try compare("LocalPro's notes", ["\(try detail.list("session.notes").count)"], ["\(conversation.notes)"])
        ModelConversation.advance(&conversation.agentsMark, to: conversation.messages.count)
    }

    static func localPro(_ who: Who) -> String { who == .customer ? "user" : who.rawValue }

    /// A receipt over a socket; the pong behind it says that it is stored.
    private func receipt(_ feed: FrameFeed, _ conversation: ModelConversation, _ number: Int) throws {
        let id = conversation.messages[number - 1].id.prefix(24)
        let session = conversation.localProID
        try feed.socket.send(#"{"type":"read_receipt","messageId":"\#(id)","sessionId":"\#(session)"}"#)
        try feed.socket.send(#"{"type":"ping"}"#)
        while true {
            let frame = try feed.socket.text()
            if frame.contains(#""pong""#) { return }
            if frame.contains(#""error""#) { throw Broken("a receipt was refused: \(frame)") }
        }
    }

    private func anyMessage(_ conversation: ModelConversation) -> Int? {
        let known = conversation.messages.indices.filter { !conversation.messages[$0].id.isEmpty }
        return known.randomElement(using: &random).map { $0 + 1 }
    }

    private func agentsReceipt(_ conversation: ModelConversation) throws {
        guard let number = anyMessage(conversation) else { return }
        note("LocalPro's agent has read \(conversation.id) up to \(number)")
        let feed = try LocalProFrames.feed(client, "/ws/live-chat?admin=true", bearer: TestTenant.support)
        try receipt(feed, conversation, number)
        ModelConversation.advance(&conversation.agentsMark, to: number)
    }

    private func guestsReceipt(_ conversation: ModelConversation) throws {
        guard let guest = conversation.customer as? LocalProGuest else { return try readDetail(conversation) }
        guard let number = anyMessage(conversation) else { return }
        note("the guest has read \(guest.sessionID) up to \(number)")
        try receipt(try guest.socket(), conversation, number)
        ModelConversation.advance(&conversation.customersMark, to: number)
    }

    /// Some messages by id, of which only the other side's count.
    private func someMessages(_ conversation: ModelConversation) -> [Int] {
        conversation.people.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
    }

    private func ids(_ numbers: [Int], _ conversation: ModelConversation) -> [String] {
        numbers.map { conversation.messages[$0 - 1].id }.filter { !$0.isEmpty }
    }

    private func readInModule(_ conversation: ModelConversation) throws {
        let numbers = someMessages(conversation)
        guard !ids(numbers, conversation).isEmpty else { return }
        note("the Chat module's support reads \(numbers) of \(conversation.id)")
        try module.read(ids(numbers, conversation), in: conversation.id)
        apply(numbers, by: .customer, to: &conversation.agentsMark, conversation)
    }

    private func readAsUser(_ conversation: ModelConversation) throws {
        guard let user = conversation.customer as? ModuleUser else { return try readInModule(conversation) }
        let numbers = someMessages(conversation)
        guard !ids(numbers, conversation).isEmpty else { return }
        note("the user reads \(numbers) of \(user.sessionID)")
        try user.read(ids(numbers, conversation))
        apply(numbers, by: .agent, to: &conversation.customersMark, conversation)
    }

    private func apply(
        _ numbers: [Int],
        by author: Who,
        to mark: inout ModelConversation.Mark,
        _ conversation: ModelConversation
    ) {
        let others = numbers.filter { number in
            let message = conversation.messages[number - 1]
            return message.who == author && !message.id.isEmpty
        }
        if readsSingly {
            ModelConversation.note(&mark, others)
        } else if let highest = others.max() {
            ModelConversation.advance(&mark, to: highest)
        }
    }

    private func readInRooms(_ conversation: ModelConversation) throws {
        let all = conversation.messages.count
        guard let guest = conversation.customer as? RoomsGuest else {
            note("the admin of rooms reads \(conversation.roomsID)")
            try rooms.read(conversation.roomsID)
            return ModelConversation.advance(&conversation.agentsMark, to: all)
        }
        let role = Bool.random(using: &random) ? "client" : "admin"
        note("the \(role) reads \(guest.clientID)")
        try guest.read(as: role)
        if role == "client" {
            ModelConversation.advance(&conversation.customersMark, to: all)
        } else {
            ModelConversation.advance(&conversation.agentsMark, to: all)
        }
    }
}
