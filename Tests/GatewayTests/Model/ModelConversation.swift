import Core

/// Where a conversation of the model was born; the order is that of `Participants.customers`.
enum Birth: Int, CaseIterable {
    case localPro
    case zenBackend
    case zenChat
    case zenTicket
    case rooms
    case module
    case example
}

/// A message of the model.
struct ModelMessage {
    let who: Who
    let text: String
    /// Filled in from the first view that shows it.
    var id = ""
}

/// A conversation as a naive reader of the decisions would keep it: a list of messages, and two sides that have read.
final class ModelConversation {
    /// How far one side has got, in message numbers; single messages above it may have been read as well.
    struct Mark {
        var delivered = 0
        var read = 0
        var singly: Set<Int> = []
    }

    let birth: Birth
    let customer: any Customer
    /// The canonical id, by which dialects know what was born elsewhere.
    let id: String
    let bornAt: Int
    var status: ConversationStatus
    var priority = ConversationPriority.medium
    var tags: [String] = []
    var agent: String?
    var rating: Int?
    var notes = 0
    var messages: [ModelMessage] = []
    var customersMark = Mark()
    var agentsMark = Mark()
    /// When the newest message came.
    var activity: Int

    init(_ birth: Birth, _ customer: any Customer, id: String, at time: Int) {
        self.birth = birth
        self.customer = customer
        self.id = id
        bornAt = time
        activity = time
        status = birth == .rooms || birth == .module ? .active : .pending
    }

    // MARK: What happens

    func append(_ who: Who, _ text: String, at time: Int) {
        messages.append(ModelMessage(who: who, text: text))
        activity = time
        switch who {
        case .customer: Self.advance(&customersMark, to: messages.count)
        case .agent:
            Self.advance(&agentsMark, to: messages.count)
            if status == .pending { status = .active }
        case .system: break
        }
    }

    /// Everything up to a message was read.
    static func advance(_ mark: inout Mark, to number: Int) {
        guard number > mark.read else { return }
        mark.read = number
        mark.delivered = max(mark.delivered, number)
        mark.singly = mark.singly.filter { $0 > number }
    }

    /// Single messages were read.
    static func note(_ mark: inout Mark, _ numbers: [Int]) {
        for number in numbers where number > mark.read { mark.singly.insert(number) }
    }

    /// What was shown has been delivered.
    static func deliver(_ mark: inout Mark, upTo number: Int) { mark.delivered = max(mark.delivered, number) }

    // MARK: What follows from it

    /// Whether the other side of its author has read a message.
    func isRead(_ number: Int) -> Bool {
        let mark = messages[number - 1].who == .customer ? agentsMark : customersMark
        return number <= mark.read || mark.singly.contains(number)
    }

    func delivery(_ number: Int) -> String {
        if isRead(number) { return "read" }
        let mark = messages[number - 1].who == .customer ? agentsMark : customersMark
        return number <= mark.delivered ? "delivered" : "sent"
    }

    var unreadByAgents: Int { numbers { $0 == .customer }.count { !isRead($0) } }
    var unreadByCustomer: Int { numbers { $0 == .agent }.count { !isRead($0) } }

    /// The numbers of the messages that some have written, ascending.
    func numbers(_ includes: (Who) -> Bool) -> [Int] {
        messages.indices.filter { includes(messages[$0].who) }.map { $0 + 1 }
    }

    /// Without system texts.
    var people: [Int] { numbers { $0 != .system } }

    var isOpen: Bool { status.isOpen }

    // MARK: How dialects call it

    var localProID: String { (customer as? LocalProGuest)?.sessionID ?? id }
    var roomsID: String { (customer as? RoomsGuest)?.clientID ?? id }
    var threadID: String { (customer as? ExampleGuest)?.thread ?? id }
}

/// The same numbers every time for one seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
