import Core

/// Brings an agent's socket up to date: finds the event of the last message it knows, walking back through the log, then
/// sends what has happened since. Each step of the lane does a bounded part.
final class LocalProAgentReplay {
    /// How many events one step looks at on the way back, and how many steps it may take.
    private static let searchLength: Int64 = 1000
    private static let maximumSearches = 50
    /// How many events one step sends.
    private static let sendLength = 200

    private weak var session: LocalProAgentSocket?
    private let socket: LiveSocket
    private var timer: LaneTimer?
    private var searchesLeft = maximumSearches

    init(_ session: LocalProAgentSocket, _ socket: LiveSocket) {
        self.session = session
        self.socket = socket
    }

    private var reader: any ChatReader { socket.tenant.reads.reader }

    func begin(after id: String) {
        attempt {
            guard let range = EntityIDRange(hex: id), let message = try reader.message(range) else {
                throw Self.unknown
            }
            try search(for: message, upTo: try reader.lastEvent())
        }
    }

    private static let unknown = Rejection.invalid("after", "Unknown message in after: reload the sessions")
    private static let tooOld = Rejection.invalid("after", "Too much has happened since: reload the sessions")

    private func search(for message: Message, upTo last: Int64) throws {
        guard last > 0, searchesLeft > 0 else { throw Self.tooOld }
        searchesLeft -= 1
        let start = max(0, last - Self.searchLength)
        let events = try reader.events(after: start, limit: Int(Self.searchLength))
        let found = events.last { $0.number <= last && Self.isEvent($0, of: message) }
        if let found { return try send(after: found.number) }
        next { try $0.search(for: message, upTo: start) }
    }

    /// Whether an event told of a message. Welcomes have none of their own: they come with the creation.
    private static func isEvent(_ event: LoggedEvent, of message: Message) -> Bool {
        guard event.conversation == message.conversation else { return false }
        if event.code == ChatEvent.Change.created.code { return message.number == 1 && message.author.kind == .system }
        return event.code == ChatEvent.Change.message(message).code && event.messageNumber == message.number
    }

    private func send(after number: Int64) throws {
        let events = try reader.events(after: number, limit: Self.sendLength)
        let whole = LoggedEventReader(reader)
        for logged in events {
            guard let event = try whole.event(logged), LocalProAgentSocket.concernsAll(event) else { continue }
            guard let frame = session?.frame(.chat(event), socket) else { continue }
            socket.send(frames: frame)
        }
        // A client that does not keep up may have lost the socket on the way.
        guard session?.socket != nil else { return }
        let last = events.last?.number ?? number
        if events.count < Self.sendLength {
            session?.goLive(behind: last, socket)
        } else {
            next { try $0.send(after: last) }
        }
    }

    /// Goes on a little later, unless the socket has gone and this with it.
    private func next(_ step: @escaping (LocalProAgentReplay) throws -> Void) {
        timer = socket.tenant.schedule(afterMilliseconds: 1) { [weak self] in
            guard let self else { return }
            attempt { try step(self) }
        }
    }

    /// Where it does not work out, the socket says so and goes live.
    private func attempt(_ step: () throws -> Void) {
        do {
            try step()
        } catch {
            socket.send(frames: LocalProAnswer.error(error, socket.tenant))
            session?.goLive(behind: 0, socket)
        }
    }
}
