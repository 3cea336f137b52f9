import Core

/// How far both sides of a conversation have got: decides every read flag and unread count.
struct ReadMarks {
    private let progress: ConversationProgress
    /// Numbers above the watermarks that were read singly, through a dialect that does so.
    private var customerExceptions: Set<Int64> = []
    private var agentsExceptions: Set<Int64> = []

    /// Of what nobody has read.
    static let none = ReadMarks(ConversationProgress.none)

    private init(_ progress: ConversationProgress) {
        self.progress = progress
    }

    /// By the watermarks alone.
    init(_ conversation: borrowing Conversation) {
        progress = conversation.progress
    }

    /// With what was read singly.
    init(_ conversation: Conversation, _ reader: any ChatReader) throws(StoreError) {
        self.init(conversation)
        guard conversation.hasReadExceptions else { return }
        customerExceptions = Set(try reader.readExceptions(of: conversation.row, side: .customer))
        agentsExceptions = Set(try reader.readExceptions(of: conversation.row, side: .agents))
    }

    /// The customer's messages that agents have not read.
    var unreadByAgents: Int { max(0, Int(progress.unreadByAgents) - agentsExceptions.count) }

    /// The agents' messages that the customer has not read.
    var unreadByCustomer: Int { max(0, Int(progress.unreadByCustomer) - customerExceptions.count) }

    /// Whether the other side of its author has read a message.
    func isRead(_ message: Message) -> Bool {
        let exceptions = message.author.kind == .customer ? agentsExceptions : customerExceptions
        return progress.isRead(message) || exceptions.contains(message.number)
    }

    /// Whether a message has reached the other side of its author.
    func isDelivered(_ message: Message) -> Bool { isRead(message) || progress.isDelivered(message) }
}
