/// Why a request is refused, with the status and the error object that Engine.IO servers answer.
package enum EngineIOFailure: UInt8, Error, Equatable, Sendable, CaseIterable {
    case unknownTransport = 0
    case unknownSession = 1
    case badHandshakeMethod = 2
    case badRequest = 3
    case forbidden = 4
    case unsupportedProtocolVersion = 5

    /// The HTTP status; the body is `application/json`.
    package var status: Int {
        self == .forbidden ? 403 : 400
    }

    /// The text in the error object.
    package var message: StaticString {
        switch self {
        case .unknownTransport: "Transport unknown"
        case .unknownSession: "Session ID unknown"
        case .badHandshakeMethod: "Bad handshake method"
        case .badRequest: "Bad request"
        case .forbidden: "Forbidden"
        case .unsupportedProtocolVersion: "Unsupported protocol version"
        }
    }

    /// The error object.
    package var body: [UInt8] {
        var body: [UInt8] = []
        body.append(ascii: "{\"code\":")
        body.append(decimal: Int(rawValue))
        body.append(ascii: ",\"message\":\"")
        body.append(ascii: message)
        body.append(ascii: "\"}")
        return body
    }
}
