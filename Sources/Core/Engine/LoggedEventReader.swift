/// Makes an event of the log whole again: the rows it speaks of are read as they are now.
package struct LoggedEventReader {
    private let reader: any ChatReader

    package init(_ reader: any ChatReader) {
        self.reader = reader
    }

    /// The event, or nil when what it speaks of is gone.
    package func event(_ logged: LoggedEvent) throws -> ChatEvent? {
        guard let conversation = try reader.conversation(row: logged.conversation) else { return nil }
        guard let change = logged.change(try message(logged)) else { return nil }
        return ChatEvent(number: logged.number, at: logged.at, conversation: conversation, change: change)
    }

    private func message(_ logged: LoggedEvent) throws -> Message? {
        guard logged.namesMessage else { return nil }
        let number = logged.messageNumber
        return try reader.messages(of: logged.conversation, numbers: number...number).first
    }
}
