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
        for event in events where event.namesMessage {
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
        let message = messages[Key(conversation: logged.conversation, number: logged.messageNumber)]
        guard let conversation = try conversation(logged.conversation), let change = logged.change(message) else {
            return nil
        }
        return ChatEvent(number: logged.number, at: logged.at, conversation: conversation, change: change)
    }

    private mutating func conversation(_ row: Int64) throws -> Conversation? {
        if let known = conversations[row] { return known }
        let found = try reader.conversation(row: row)
        conversations[row] = found
        return found
    }
}
