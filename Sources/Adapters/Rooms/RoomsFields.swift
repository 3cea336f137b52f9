import Core

/// Reading what clients send: ids, senders, texts. Over REST and over sockets alike.
enum RoomsFields {
    static let maximumID = 256

    /// A client id: a string of 1 to 256 bytes.
    static func clientID(_ value: JSONValue?) throws(Rejection) -> String {
        guard let value, !value.isNull else { throw .invalid("clientId", "clientId is required") }
        guard let text = value.string else { throw .invalid("clientId", "clientId must be a string") }
        return try clientID(text)
    }

    /// The same, from a path.
    static func clientID(_ text: String) throws(Rejection) -> String {
        guard !text.isEmpty else { throw .invalid("clientId", "clientId is required") }
        guard text.utf8.count <= maximumID else {
            throw .invalid("clientId", "clientId must have at most \(maximumID) bytes")
        }
        // No path could name it.
        guard !text.utf8.contains(0) else { throw .invalid("clientId", "clientId must not contain NUL") }
        return text
    }

    /// `client` or `admin`.
    static func sender(_ value: JSONValue?) throws(Rejection) -> RoomsSender {
        guard let value, !value.isNull else { throw .invalid("sender", "sender is required") }
        guard let sender = value.string.flatMap(RoomsSender.init(rawValue:)) else {
            throw .invalid("sender", "sender must be \"client\" or \"admin\"")
        }
        return sender
    }
}

/// What `send-message` carries.
struct RoomsMessageInput: Equatable {
    let clientID: String
    let sender: RoomsSender
    let text: String
    /// Recognises a message that a client sends again since it saw no acknowledgement.
    let idempotencyKey: String?

    init(_ value: JSONValue?, rules: RoomsRules) throws(Rejection) {
        guard let value, value.object != nil else { throw .invalid("message", "An object is required") }
        clientID = try RoomsFields.clientID(value["clientId"])
        sender = try RoomsFields.sender(value["sender"])
        text = try value.requiredText("message", atMost: rules.maximumText)
        guard rules.hasExtensions, let key = try value.optionalText("idempotencyKey", atMost: 256) else {
            idempotencyKey = nil
            return
        }
        guard !key.isEmpty else { throw .invalid("idempotencyKey", "idempotencyKey must have 1 to 256 bytes") }
        idempotencyKey = key
    }
}

/// What `typing` carries.
struct RoomsTypingInput: Equatable {
    let clientID: String
    let sender: RoomsSender
    let isTyping: Bool

    init(_ value: JSONValue?) throws(Rejection) {
        guard let value, value.object != nil else { throw .invalid("typing", "An object is required") }
        clientID = try RoomsFields.clientID(value["clientId"])
        sender = try RoomsFields.sender(value["sender"])
        isTyping = try value.requiredFlag("isTyping")
    }
}
