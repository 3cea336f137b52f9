/// Who is typing where, for as long as it holds: a signal that is not renewed ends after ten seconds.
/// Confined to the tenant's lane.
final class TypingBoard {
    static let lifetimeMilliseconds: Int64 = 10_000

    struct Key: Hashable {
        let conversation: Int64
        let side: Side
        let userID: String
    }

    private struct Entry {
        var signal: TypingSignal
        var expiresAt: Int64
    }

    private var entries: [Key: Entry] = [:]

    /// Notes a signal, to be ended when it is not renewed.
    func note(_ signal: TypingSignal, now: Int64) {
        let key = Key(conversation: signal.conversation.row, side: signal.side, userID: signal.userID)
        guard signal.isTyping else {
            entries[key] = nil
            return
        }
        entries[key] = Entry(signal: signal, expiresAt: now + Self.lifetimeMilliseconds)
    }

    /// Ends what has expired and returns it, as signals that say so; when, the caller knows.
    func expire(now: Int64) -> [TypingSignal] {
        guard !entries.isEmpty else { return [] }
        var ended: [TypingSignal] = []
        for (key, entry) in entries where entry.expiresAt <= now {
            entries[key] = nil
            var signal = entry.signal
            signal.isTyping = false
            // Its own socket has stopped saying so by itself; the others are told.
            ended.append(signal)
        }
        return ended
    }

    /// When the next signal expires.
    var nextExpiry: Int64? { entries.values.map(\.expiresAt).min() }
}
