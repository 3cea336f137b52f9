extension LoggedEvent {
    /// Whether it speaks of a message: a new one, or the one up to which somebody has read.
    var namesMessage: Bool { code == 2 || code == 6 }

    /// What it was, of the codes that `ChatEvent.Change` has; nil when the message it speaks of is gone.
    func change(_ message: Message?) -> ChatEvent.Change? {
        switch code {
        case 1: return .created
        case 2: return message.map { .message($0) }
        case 3: return .status
        case 4: return .assigned
        case 5: return .updated
        case 6:
            guard let message, let side = Side(rawValue: side) else { return nil }
            return .read(side: side, upTo: messageNumber, message: message.id)
        case 7: return .rated
        default: return nil
        }
    }
}
