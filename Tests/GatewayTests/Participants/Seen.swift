import Core

/// Who wrote something, whatever the dialect calls them.
enum Who: String, Equatable, Sendable {
    case customer
    case agent
    case system

    init(_ word: String) throws {
        switch word {
        case "user", "client", "guest": self = .customer
        case "agent", "admin", "support": self = .agent
        case "system": self = .system
        default: throw Broken("nobody is called '\(word)'")
        }
    }
}

/// A message as a dialect shows it.
struct Line: Equatable, Sendable, CustomStringConvertible {
    var who: Who
    var text: String

    init(_ who: Who, _ text: String) {
        self.who = who
        self.text = text
    }

    var description: String { "\(who): \(text)" }
}

/// Something that was told live, whatever the dialect calls it.
enum Seen: Equatable, Sendable {
    case message(Line)
    case typing(Who, Bool)
    case ended
    case changed
    case read(by: Who)
}

/// What a dialect tells live. Confined to one thread.
protocol LiveFeed: AnyObject {
    /// The next thing that is told; waits for it.
    func next() throws -> Seen
}

extension LiveFeed {
    /// Waits for something and skips what comes before.
    func await(_ wanted: Seen) throws {
        var skipped: [Seen] = []
        do {
            while true {
                let seen = try next()
                if seen == wanted { return }
                skipped.append(seen)
            }
        } catch {
            throw Broken("waiting for \(wanted), after \(skipped): \(error)")
        }
    }

    /// The next messages of people, so many.
    func lines(_ count: Int) throws -> [Line] {
        var lines: [Line] = []
        while lines.count < count {
            if case .message(let line) = try next(), line.who != .system { lines.append(line) }
        }
        return lines
    }
}

/// A WebSocket whose frames are read by a dialect's rules; frames that say nothing of interest are skipped.
final class FrameFeed: LiveFeed {
    let socket: WebSocketClient
    private let read: (JSONValue) throws -> Seen?

    init(_ socket: WebSocketClient, _ read: @escaping (JSONValue) throws -> Seen?) {
        self.socket = socket
        self.read = read
    }

    func next() throws -> Seen {
        while true {
            let frame = try JSONDocument(parsing: Array(try socket.text().utf8)).root
            if let seen = try read(frame) { return seen }
        }
    }
}
