/// What makes a message no Socket.IO packet; all of them end the connection.
package enum SocketIODecodingError: Error, Equatable, Sendable {
    case unknownType
    /// The number of attachments is missing, zero or no number.
    case invalidAttachmentCount
    case tooManyAttachments
    case attachmentsTooLarge
    /// A placeholder points at no attachment.
    case invalidPlaceholder
    case invalidNamespace
    /// Missing on an ACK, present where none belongs, or beyond 2^53 - 1.
    case invalidID
    /// No JSON, or not of the kind the type asks for.
    case invalidPayload
    /// An event name that clients and servers keep for themselves.
    case reservedEvent
    /// A text came where an attachment was due.
    case unexpectedText
    /// Binary data came that no packet announced.
    case unexpectedBinary
}

/// One packet of the Socket.IO protocol, revision 5, with its attachments. BINARY_EVENT and BINARY_ACK are read as what
/// they are once their attachments have come: an EVENT, an ACK.
package struct SocketIOPacket: Sendable {
    /// The types, with the binary forms folded into the plain ones.
    package enum Kind: UInt8, Equatable, Sendable {
        case connect = 0
        case disconnect = 1
        case event = 2
        case ack = 3
        case connectError = 4
    }

    package var kind: Kind
    /// `/` when the packet names none.
    package var namespace: String
    /// The acknowledgement id.
    package var id: Int?
    /// The payload; placeholders stand for attachments.
    package var payload: JSONValue?
    package var attachments: [[UInt8]]

    /// The main namespace, which packets leave out.
    package static let mainNamespace = "/"

    /// Event names that are refused.
    static let reservedEvents: [String] = [
        "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener",
    ]
}

/// The arguments of an event or an acknowledgement.
package struct SocketIOArguments: Sendable {
    /// Without the name of the event. Binary arguments are placeholders: see `binary(_:)`.
    package let values: [JSONValue]
    /// In the order they came, which the placeholders count.
    package let attachments: [[UInt8]]

    init(_ packet: SocketIOPacket, skipping count: Int) {
        values = packet.payload?.array.map { Array($0.dropFirst(count)) } ?? []
        attachments = packet.attachments
    }

    /// The argument at a position, nil behind the last one.
    package subscript(position: Int) -> JSONValue? {
        values.indices.contains(position) ? values[position] : nil
    }

    /// The bytes that a value stands for, at any depth of the arguments; nil when it is no placeholder.
    package func binary(_ value: JSONValue) -> [UInt8]? {
        guard !attachments.isEmpty, SocketIOPlaceholder.isPlaceholder(value) else {
            return nil
        }
        return SocketIOPlaceholder.number(value, below: attachments.count).map { attachments[$0] }
    }
}

/// `{"_placeholder":true,"num":0}`, which stands for an attachment in a payload.
enum SocketIOPlaceholder {
    static func isPlaceholder(_ value: JSONValue) -> Bool {
        value["_placeholder"]?.bool == true
    }

    /// The number of the attachment, nil when there is no such attachment.
    static func number(_ value: JSONValue, below count: Int) -> Int? {
        guard let number = value["num"]?.integral, number >= 0, number < count else {
            return nil
        }
        return number
    }

    /// Whether every placeholder in a value points at one of `count` attachments. The depth is bounded by the parser.
    static func areSound(in value: JSONValue, count: Int) -> Bool {
        if let elements = value.array {
            return elements.allSatisfy { areSound(in: $0, count: count) }
        }
        guard let members = value.object else {
            return true
        }
        if isPlaceholder(value) {
            return number(value, below: count) != nil
        }
        return members.allSatisfy { areSound(in: $0.value, count: count) }
    }
}

extension JSONWriter {
    /// A placeholder for the attachment with this number.
    package mutating func binaryPlaceholder(_ number: Int) {
        object {
            $0.field("_placeholder", true)
            $0.field("num", number)
        }
    }
}
