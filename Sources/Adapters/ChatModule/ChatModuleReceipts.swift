import Core

/// How far a message has got, in the document's words. `sending` and `failed` are states of a client.
enum ChatModuleMessageStatus: String {
    case sent
    case delivered
    case read
}

/// Tells the status of a session's messages: from the watermarks, and from single messages read above them.
struct ChatModuleReceipts {
    private let conversation: Conversation
    private let readByUser: Set<Int64>
    private let readByAgents: Set<Int64>

    init(_ conversation: Conversation, reader: any ChatReader) throws(StoreError) {
        guard conversation.hasReadExceptions else {
            self.init(conversation)
            return
        }
        self.init(
            conversation,
            readByUser: Set(try reader.readExceptions(of: conversation.row, side: .customer)),
            readByAgents: Set(try reader.readExceptions(of: conversation.row, side: .agents))
        )
    }

    init(_ conversation: Conversation, readByUser: Set<Int64> = [], readByAgents: Set<Int64> = []) {
        self.conversation = conversation
        self.readByUser = readByUser
        self.readByAgents = readByAgents
    }

    func status(of message: Message) -> ChatModuleMessageStatus {
        let exceptions = message.author.kind == .customer ? readByAgents : readByUser
        if conversation.isRead(message) || exceptions.contains(message.number) { return .read }
        return conversation.isDelivered(message) ? .delivered : .sent
    }
}
