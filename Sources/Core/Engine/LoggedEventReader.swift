/// Makes an event of the log whole again: the rows it speaks of are read as they are now.
package struct LoggedEventReader {
    private let reader: any ChatReader

    package init(_ reader: any ChatReader) {
        self.reader = reader
    }

    /// The event, or nil when what it speaks of is gone.
    package func event(_ logged: LoggedEvent) throws -> ChatEvent? {
        guard let conversation = try reader.conversation(row: logged.conversation) else { return nil }
        guard let change = try change(logged) else { return nil }
        return ChatEvent(number: logged.number, at: logged.at, conversation: conversation, change: change)
    }

    private func change(_ logged: LoggedEvent) throws -> ChatEvent.Change? {
        switch logged.code {
        case 1: return .created
        case 2: return try message(logged).map { .message($0) }
        case 3: return .status
        case 4: return .assigned
        case 5: return .updated
        case 6:
            guard let message = try message(logged), let side = Side(rawValue: logged.side) else { return nil }
            return .read(side: side, upTo: logged.messageNumber, message: message.id)
        case 7: return .rated
        default: return nil
        }
    }

    private func message(_ logged: LoggedEvent) throws -> Message? {
        let number = logged.messageNumber
        return try reader.messages(of: logged.conversation, numbers: number...number).first
    }
}
