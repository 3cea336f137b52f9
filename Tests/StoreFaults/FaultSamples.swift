import Core

/// Values for the scenario, told apart by a number.
enum FaultSample {
    static func id(_ number: Int) -> EntityID { EntityID(high: 0xfa17 << 32 | UInt64(number), low: UInt64(number)) }

    static func conversation(_ number: Int) -> Conversation {
        Conversation(
            row: 0,
            id: id(number),
            kind: .chat,
            origin: .localPro,
            externalID: "session-\(number)",
            identity: 1,
            personID: id(90_000 + number),
            ownerKey: "session-\(number)",
            assurance: .none,
            contact: Contact(name: "Customer \(number)", email: "customer\(number)@example.org"),
            source: Origin(),
            subject: nil,
            status: .pending,
            priority: .medium,
            department: "general",
            tags: [],
            createdAt: 1_700_000_000_000 + Int64(number)
        )
    }

    static func message(_ number: Int, withFile: Bool = false) -> Message {
        var message = Message(
            conversation: 0,
            number: 0,
            peopleNumber: 0,
            customerNumber: 0,
            id: id(10_000 + number),
            author: Author(kind: .customer, id: "customer", name: "Customer"),
            text: String(repeating: "message \(number) ", count: 20),
            dialect: .localPro,
            createdAt: 1_700_000_001_000 + Int64(number)
        )
        if withFile {
            message.attachments = [
                Attachment(
                    id: id(20_000 + number),
                    hash: [UInt8](repeating: 1, count: 32),
                    name: "a.png",
                    mediaType: "image/png",
                    size: 1
                )
            ]
        }
        return message
    }
}
