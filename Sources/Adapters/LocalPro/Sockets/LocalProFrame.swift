import Core

/// A frame of a client, decoded.
enum LocalProFrame: Equatable {
    case typing(isTyping: Bool, sessionID: String?)
    case readReceipt(message: EntityIDRange, sessionID: String?)
    case ping
    case subscribe(sessionID: String)
    case unsubscribe(sessionID: String)

    /// Reads a message; what cannot be understood is answered with an error frame, not with the end of the socket.
    init(_ message: [UInt8], kind: WebSocketMessageKind) throws(Rejection) {
        guard kind == .text else { throw Rejection(.malformed, "Frames must be JSON text") }
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: message)
        } catch {
            throw Rejection(.malformed, "Frames must be JSON text")
        }
        guard document.root.object != nil, let type = document.root["type"]?.string else {
            throw .invalid("type", "Frames must be JSON objects with a type")
        }
        let fields = LocalProFields(document.root)
        switch type {
        case "typing":
            guard let isTyping = try fields.bool("isTyping") else { throw .invalid("isTyping", "isTyping is required") }
            self = .typing(isTyping: isTyping, sessionID: try Self.sessionID(fields))
        case "read_receipt":
            guard let id = try fields.text("messageId", atMost: 256) else {
                throw .invalid("messageId", "messageId is required")
            }
            guard let message = EntityIDRange(hex: id) else { throw .invalid("messageId", "Unknown messageId") }
            self = .readReceipt(message: message, sessionID: try Self.sessionID(fields))
        case "ping": self = .ping
        case "subscribe_session": self = .subscribe(sessionID: try Self.requiredSessionID(fields))
        case "unsubscribe_session": self = .unsubscribe(sessionID: try Self.requiredSessionID(fields))
        default: throw .invalid("type", "Unknown frame type")
        }
    }

    private static func sessionID(_ fields: LocalProFields) throws(Rejection) -> String? {
        try fields.text("sessionId", atMost: 256).nonEmpty
    }

    private static func requiredSessionID(_ fields: LocalProFields) throws(Rejection) -> String {
        guard let id = try sessionID(fields) else { throw .invalid("sessionId", "sessionId is required") }
        return id
    }
}

/// The frames that answer a client.
enum LocalProAnswer {
    static let pong = LocalProRenderer.frame("pong")

    static func established(at time: Int64) -> [UInt8] {
        LocalProRenderer.frame("connection_established") { $0.time("timestamp", time) }
    }

    static func subscribed(_ sessionID: String) -> [UInt8] {
        LocalProRenderer.frame("subscribed") { $0.field("sessionId", sessionID) }
    }

    static func unsubscribed(_ sessionID: String) -> [UInt8] {
        LocalProRenderer.frame("unsubscribed") { $0.field("sessionId", sessionID) }
    }

    static func error(_ message: String) -> [UInt8] {
        LocalProRenderer.frame("error") { $0.field("message", message) }
    }

    /// A failure of any kind: rejections in their own words, everything else in the log.
    static func error(_ error: any Error, _ tenant: TenantLane) -> [UInt8] {
        if let rejection = error as? Rejection { return Self.error(rejection.message) }
        tenant.log.error("a frame failed", .field("tenant", tenant.id), .error(error))
        return Self.error(Rejection.internalFailure.message)
    }
}

/// Keeps answers in the order of what they answer: a ping that comes behind a receipt is answered behind it.
struct LocalProOutstanding {
    private var writes: UInt8 = 0
    private var pongs: UInt8 = 0

    /// A receipt was handed to the writer; false when there are too many.
    mutating func begin() -> Bool {
        guard writes < .max else { return false }
        writes += 1
        return true
    }

    /// Whether a ping can be answered at once; else it is owed.
    mutating func answersNow() -> Bool {
        guard writes > 0 else { return true }
        pongs = pongs < .max ? pongs + 1 : pongs
        return false
    }

    /// A receipt is stored, or refused; tells how many pongs are due.
    mutating func end() -> Int {
        writes -= 1
        guard writes == 0 else { return 0 }
        defer { pongs = 0 }
        return Int(pongs)
    }
}
