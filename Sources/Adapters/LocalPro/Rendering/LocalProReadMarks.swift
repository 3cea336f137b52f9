import Core

/// How far both sides of a conversation have got: decides `isRead`, `delivery` and `unreadCount`.
struct LocalProReadMarks {
    private let customer: Watermark
    private let agents: Watermark
    private let unread: Int64
    /// Numbers above the watermarks that were read singly, through a dialect that does so.
    private var customerExceptions: Set<Int64> = []
    private var agentsExceptions: Set<Int64> = []

    /// By the watermarks alone.
    init(_ conversation: Conversation) {
        customer = conversation.customer
        agents = conversation.agents
        unread = conversation.unreadByAgents
    }

    /// With what was read singly.
    init(_ conversation: Conversation, _ reader: any ChatReader) throws(StoreError) {
        self.init(conversation)
        guard conversation.hasReadExceptions else { return }
        customerExceptions = Set(try reader.readExceptions(of: conversation.row, side: .customer))
        agentsExceptions = Set(try reader.readExceptions(of: conversation.row, side: .agents))
    }

    /// The customer's messages that agents have not read.
    var unreadCount: Int { max(0, Int(unread) - agentsExceptions.count) }

    /// Whether the other side of its author has read a message.
    func isRead(_ message: Message) -> Bool {
        switch message.author.kind {
        case .customer: message.number <= agents.read || agentsExceptions.contains(message.number)
        case .agent, .system: message.number <= customer.read || customerExceptions.contains(message.number)
        }
    }

    /// `pending`, `delivered` or `read`.
    func delivery(_ message: Message) -> String {
        if isRead(message) { return "read" }
        let delivered = message.author.kind == .customer ? agents.delivered : customer.delivered
        return message.number <= delivered ? "delivered" : "pending"
    }
}
