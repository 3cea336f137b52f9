import Core

/// The customer's end of a conversation that is born in one dialect. Confined to one thread.
protocol Customer: AnyObject {
    /// What the tables call it.
    var label: String { get }
    /// Begins a conversation whose first message of a person is this.
    func begin(_ text: String) throws
    /// Sends a message; the status of the answer.
    func send(_ text: String) throws -> Int
    /// What people have said, as the customer sees it.
    func history() throws -> [Line]
    /// Whether the customer is told that it has ended.
    func isClosed() throws -> Bool
    /// What is told live from now on.
    func feed() throws -> any LiveFeed
    /// Says that the customer types; false where the dialect has no word for it.
    func type() throws -> Bool
}

/// The agents' end of all conversations, in one dialect. Confined to one thread.
protocol Desk: AnyObject {
    var label: String { get }
    /// The id under which the conversation is known here whose newest message is this.
    func find(newest text: String) throws -> String
    func history(_ id: String) throws -> [Line]
    /// Answers; the status of the answer.
    func send(_ text: String, to id: String) throws -> Int
    func feed(_ id: String) throws -> any LiveFeed
    func type(in id: String) throws
    func read(_ id: String) throws
    func close(_ id: String) throws
    func isClosed(_ id: String) throws -> Bool
}

/// Everybody.
enum Participants {
    typealias CustomerMaker = @Sendable (TestClient, _ name: String) throws -> any Customer
    typealias DeskMaker = @Sendable (TestClient) throws -> any Desk

    /// One for each kind of conversation that can be born.
    static let customers: [CustomerMaker] = [
        { try LocalProGuest($0, $1) },
        { try ZenBackend($0, $1) },
        { try ZenApp($0, $1, .chat) },
        { try ZenApp($0, $1, .ticket) },
        { try RoomsGuest($0, $1) },
        { try ModuleUser($0, $1) },
        { try ExampleGuest($0, $1) },
    ]

    static let desks: [DeskMaker] = [
        { try LocalProDesk($0) },
        { try ModuleDesk($0) },
        { try RoomsDesk($0) },
        { try ExampleDesk($0) },
    ]
}

extension String {
    /// As a JSON string, quotes included.
    var quoted: String {
        var json = JSONWriter()
        json.element(self)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
