import Core

/// What of the tenant's events rooms tell, and in which form.
struct RoomsEvents {
    let rules: RoomsRules
    /// Names the database that event numbers belong to.
    let epoch: String

    /// Where a client that has seen an event goes on.
    func offset(_ number: Int64) -> String { epoch + "-" + String(number) }

    /// The number an offset stands for; nil when it is of another database or none of ours.
    func number(offset: String) -> Int64? {
        guard offset.hasPrefix(epoch + "-") else { return nil }
        let digits = offset.dropFirst(epoch.count + 1)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int64(digits)
    }

    /// `new-message`, unless the message is not shown here.
    func message(_ message: Message, clientID: String, number: Int64) -> RoomsBroadcast? {
        let renderer = rules.renderer
        guard renderer.shows(message) else { return nil }
        return RoomsBroadcast("new-message", offset: offset(number)) {
            renderer.liveMessage(message, clientID: clientID, to: &$0)
        }
    }

    /// `message-read`: one side has read up to a message.
    func read(by side: Side, upTo message: EntityID, at: Int64, clientID: String, number: Int64) -> RoomsBroadcast? {
        guard rules.hasExtensions else { return nil }
        return RoomsBroadcast("message-read", offset: offset(number)) {
            $0.object { json in
                json.field("clientId", clientID)
                json.field("sender", RoomsSender(side).rawValue)
                json.field("messageId", message.shortHex)
                json.field("readAt", RoomsRenderer.time(at))
            }
        }
    }

    /// `session-closed`.
    func closed(at: Int64, clientID: String, number: Int64) -> RoomsBroadcast? {
        guard rules.hasExtensions else { return nil }
        return RoomsBroadcast("session-closed", offset: offset(number)) {
            $0.object { json in
                json.field("clientId", clientID)
                json.field("status", "closed")
                json.field("closedAt", RoomsRenderer.time(at))
            }
        }
    }

    /// `typing`, as the document's clients send it.
    func typing(_ sender: RoomsSender, _ isTyping: Bool, clientID: String) -> RoomsBroadcast {
        RoomsBroadcast("typing", offset: nil) {
            $0.object { json in
                json.field("clientId", clientID)
                json.field("isTyping", isTyping)
                json.field("sender", sender.rawValue)
            }
        }
    }

    /// What a durable event becomes.
    func broadcast(_ event: ChatEvent, clientID: String) -> RoomsBroadcast? {
        switch event.change {
        case .message(let message):
            return self.message(message, clientID: clientID, number: event.number)
        case .read(let side, _, let message):
            return read(by: side, upTo: message, at: event.at, clientID: clientID, number: event.number)
        case .status:
            guard !event.conversation.status.isOpen else { return nil }
            return closed(at: event.conversation.endedAt ?? event.at, clientID: clientID, number: event.number)
        case .deleted:
            return closed(at: event.at, clientID: clientID, number: event.number)
        case .created, .assigned, .updated, .rated:
            return nil
        }
    }
}
