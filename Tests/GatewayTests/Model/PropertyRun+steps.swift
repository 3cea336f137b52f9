import Core

/// The operations, each done to the server and to the model.
extension PropertyRun {
    /// One random operation; the conversation it was done to, if it is still there.
    func step() throws -> ModelConversation? {
        guard let conversation = conversations.randomElement(using: &random),
            conversations.count >= 7 || Int.random(in: 0..<5, using: &random) > 0
        else { return try begin() }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<25: try customerSends(conversation)
        case 25..<50: try agentSends(conversation)
        case 50..<72: try read(conversation)
        case 72..<78: try close(conversation)
        case 78..<88: try update(conversation)
        case 88..<93: try assign(conversation)
        case 93..<96: try rate(conversation)
        case 96..<99: try special(conversation)
        default:
            try delete(conversation)
            return nil
        }
        return conversation
    }

    private func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }

    // MARK: Beginning and ending

    private func begin() throws -> ModelConversation {
        let birth = pick(births)
        let customer = try Participants.customers[birth.rawValue](client, "person-\(trace.count)")
        let text = text()
        note("\(customer.label) begins with '\(text)'")
        try customer.begin(text)
        guard let newest = try module.sessions().list("sessions").first else { throw Broken("nothing was begun") }
        let conversation = ModelConversation(birth, customer, id: try newest.text("id"), at: now)
        if birth == .localPro {
            let name = (customer as? LocalProGuest)?.displayName ?? ""
            let welcome = "Welcome \(name)! A support agent will be with you shortly."
            conversation.append(.system, welcome, at: now)
        }
        conversation.append(.customer, text, at: now)
        conversations.append(conversation)
        return conversation
    }

    private func close(_ conversation: ModelConversation) throws {
        let wasOpen = conversation.isOpen
        switch Int.random(in: 0..<(isLocalProOnly ? 1 : 4), using: &random) {
        case 0:
            guard let guest = conversation.customer as? LocalProGuest else { return try closeInRooms(conversation) }
            let score = Int.random(in: 0...5, using: &random)
            note("the guest ends \(conversation.id), rating \(score)")
            try guest.end(score == 0 ? "{}" : #"{"rating":\#(score)}"#).expecting(200)
            if score > 0, conversation.status != .archived { conversation.rating = score }
        case 1:
            note("chat-module support closes \(conversation.id)")
            let status = try module.request("PUT", conversation.id, "close").status
            try expect(status, wasOpen ? 200 : 409, "closing")
        case 2:
            guard let user = conversation.customer as? ModuleUser else { return try closeInRooms(conversation) }
            note("the user closes \(conversation.id)")
            try expect(try user.close(), wasOpen ? 200 : 409, "closing")
        default: return try closeInRooms(conversation)
        }
        if wasOpen { conversation.status = .closed }
    }

    private func closeInRooms(_ conversation: ModelConversation) throws {
        if let guest = conversation.customer as? RoomsGuest, Bool.random(using: &random) {
            note("the client closes \(guest.clientID)")
            try expect(try guest.close(), 200, "closing")
        } else {
            note("the admin of rooms closes \(conversation.roomsID)")
            try rooms.close(conversation.roomsID)
        }
        if conversation.isOpen { conversation.status = .closed }
    }

    private func delete(_ conversation: ModelConversation) throws {
        note("LocalPro's admin deletes \(conversation.id)")
        let path = "/sessions/\(conversation.localProID)"
        try desk.request("DELETE", path, by: TestTenant.admin).expecting(200)
        conversations.removeAll { $0 === conversation }
        try expect(desk.request("GET", path).status, 404, "a deleted session in LocalPro")
        let messages = "/api/chat/sessions/\(conversation.id)/messages"
        try expect(module.http.request("GET", messages, bearer: TestTenant.admin).status, 404, "a deleted one")
        try compare("a deleted room", try rooms.history(conversation.roomsID).map(\.description), [])
    }

    // MARK: Writing

    private func customerSends(_ conversation: ModelConversation) throws {
        let text = text()
        note("\(conversation.customer.label) sends '\(text)'")
        let status = try conversation.customer.send(text)
        let reopens = conversation.birth == .zenTicket || conversation.birth == .rooms
        guard conversation.isOpen || reopens else {
            return try expect(status, conversation.birth == .localPro ? 400 : 409, "sending to a closed one")
        }
        guard (200...201).contains(status) else { throw Broken("sending: \(status)") }
        if !conversation.isOpen { conversation.status = .active }
        conversation.append(.customer, text, at: now)
    }

    private func agentSends(_ conversation: ModelConversation) throws {
        let text = text()
        let choice = isLocalProOnly ? 0 : Int.random(in: 0..<5, using: &random)
        let status: Int
        var refused = 409
        switch choice {
        case 0:
            note("LocalPro's agent replies '\(text)' to \(conversation.localProID)")
            status = try desk.send(text, to: conversation.localProID)
            refused = 400
        case 1:
            note("the Chat module's support sends '\(text)' to \(conversation.id)")
            status = try module.send(text, to: conversation.id)
        case 2:
            note("the example's agent writes '\(text)' to \(conversation.threadID)")
            status = try example.send(text, to: conversation.threadID)
        default:
            if let guest = conversation.customer as? RoomsGuest, choice == 3 {
                note("somebody says '\(text)' as admin in \(guest.clientID)")
                status = try guest.send(text, as: "admin")
            } else {
                note("the admin of rooms sends '\(text)' to \(conversation.roomsID)")
                status = try rooms.send(text, to: conversation.roomsID)
            }
            refused = 0
        }
        guard conversation.isOpen || refused == 0 else { return try expect(status, refused, "answering a closed one") }
        guard (200...201).contains(status) else { throw Broken("answering: \(status)") }
        if !conversation.isOpen { conversation.status = .active }
        conversation.append(.agent, text, at: now)
        if choice == 0 { conversation.agent = conversation.agent ?? "agent123" }
    }

    // MARK: Managing

    private func update(_ conversation: ModelConversation) throws {
        if Bool.random(using: &random) {
            let status = pick(ConversationStatus.allCases)
            note("LocalPro sets \(conversation.id) \(status)")
            try desk.update(conversation.localProID, #"{"status":"\#(status.name)"}"#)
            conversation.status = status
        } else {
            let priority = pick(ConversationPriority.allCases)
            let tags = (0..<Int.random(in: 0..<3, using: &random)).map { "tag\($0)-\(trace.count)" }
            note("LocalPro sets \(conversation.id) \(priority) \(tags)")
            let list = tags.map(\.quoted).joined(separator: ",")
            let body = #"{"priority":"\#(priority.name)","tags":[\#(list)]}"#
            try desk.update(conversation.localProID, body)
            conversation.priority = priority
            conversation.tags = tags
        }
    }

    private func assign(_ conversation: ModelConversation) throws {
        let agent = pick(["agent123", "boss1"])
        if isLocalProOnly || Bool.random(using: &random) {
            let transfers = Bool.random(using: &random)
            note("LocalPro gives \(conversation.id) to \(agent)")
            let path = "/sessions/\(conversation.localProID)/"
            if transfers {
                let body = #"{"toAgentId":"\#(agent)","reason":"why not"}"#
                try desk.request("POST", path + "transfer", body).expecting(200)
                conversation.notes += 1
            } else {
                try desk.request("PATCH", path + "assign", #"{"agentId":"\#(agent)"}"#).expecting(200)
            }
        } else {
            note("the Chat module gives \(conversation.id) to \(agent)")
            let answer = try module.request("PUT", conversation.id, "assign", #"{"agentId":"\#(agent)"}"#)
            guard conversation.isOpen, conversation.agent == nil else {
                return try expect(answer.status, 409, "assigning")
            }
            try answer.expecting(200)
        }
        conversation.agent = agent
        if conversation.status == .pending { conversation.status = .active }
    }

    private func rate(_ conversation: ModelConversation) throws {
        guard let guest = conversation.customer as? LocalProGuest else { return try update(conversation) }
        let score = Int.random(in: 1...5, using: &random)
        note("the guest of \(guest.sessionID) gives \(score)")
        try guest.rate(score, "because").expecting(200)
        conversation.rating = score
    }

    /// What only one dialect can do: rooms begin again, LocalPro's agents take notes.
    private func special(_ conversation: ModelConversation) throws {
        if let guest = conversation.customer as? RoomsGuest {
            note("the client initializes \(guest.clientID)")
            _ = try guest.initialize()
            if !conversation.isOpen { conversation.status = .active }
        } else {
            note("LocalPro's agent takes a note on \(conversation.id)")
            let path = "/sessions/\(conversation.localProID)/notes"
            try desk.request("POST", path, #"{"content":"a note"}"#).expecting(201)
            conversation.notes += 1
        }
    }
}
