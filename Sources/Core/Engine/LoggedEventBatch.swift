/// Many events of the log made whole at once: messages are read by conversation, in one statement each.
package struct LoggedEventBatch {
    private struct Key: Hashable {
        let conversation: Int64
        let number: Int64
    }

    private let reader: any ChatReader
    private var messages: [Key: Message] = [:]
    private var conversations: [Int64: Conversation] = [:]

    /// Reads what the events speak of, as it is now.
    package init(_ events: [LoggedEvent], reader: any ChatReader) throws {
        self.reader = reader
        var ranges: [Int64: ClosedRange<Int64>] = [:]
        for event in events where Self.namesMessage(event) {
            let number = event.messageNumber
            if let range = ranges[event.conversation] {
                ranges[event.conversation] = min(range.lowerBound, number)...max(range.upperBound, number)
            } else {
                ranges[event.conversation] = number...number
            }
        }
        for (conversation, range) in ranges {
            for message in try reader.messages(of: conversation, numbers: range) {
                messages[Key(conversation: conversation, number: message.number)] = message
            }
        }
    }

    /// The event, or nil when what it speaks of is gone.
    package mutating func event(_ logged: LoggedEvent) throws -> ChatEvent? {
        guard let conversation = try conversation(logged.conversation), let change = change(logged) else { return nil }
        return ChatEvent(number: logged.number, at: logged.at, conversation: conversation, change: change)
    }

    private static func namesMessage(_ event: LoggedEvent) -> Bool { event.code == 2 || event.code == 6 }

    private func change(_ logged: LoggedEvent) -> ChatEvent.Change? {
        let message = messages[Key(conversation: logged.conversation, number: logged.messageNumber)]
        switch logged.code {
        case 1: return .created
        case 2: return message.map { .message($0) }
        case 3: return .status
        case 4: return .assigned
        case 5: return .updated
        case 6:
            guard let message, let side = Side(rawValue: logged.side) else { return nil }
            return .read(side: side, upTo: logged.messageNumber, message: message.id)
        case 7: return .rated
        default: return nil
        }
    }

    private mutating func conversation(_ row: Int64) throws -> Conversation? {
        if let known = conversations[row] { return known }
        let found = try reader.conversation(row: row)
        conversations[row] = found
        return found
    }
}
