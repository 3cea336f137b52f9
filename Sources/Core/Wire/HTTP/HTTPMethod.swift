/// The request methods the daemon knows. Methods are case-sensitive (RFC 9110 section 9.1).
package enum HTTPMethod: UInt8, Sendable, Equatable {
    case get, head, post, put, patch, delete, options
    /// A valid token that is none of the above; `RequestHead.methodName` has it.
    case other
}

extension HTTPMethod {
    /// The method spelt by the first `count` bytes.
    init(_ bytes: Span<UInt8>, count: Int) {
        let range = 0..<count
        switch count {
        case 3: self = bytes.equals("GET", in: range) ? .get : bytes.equals("PUT", in: range) ? .put : .other
        case 4: self = bytes.equals("POST", in: range) ? .post : bytes.equals("HEAD", in: range) ? .head : .other
        case 5: self = bytes.equals("PATCH", in: range) ? .patch : .other
        case 6: self = bytes.equals("DELETE", in: range) ? .delete : .other
        case 7: self = bytes.equals("OPTIONS", in: range) ? .options : .other
        default: self = .other
        }
    }

    /// The method's name on the wire, or nil for `.other`.
    package var name: String? {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .other: nil
        }
    }
}

/// The protocol versions the daemon speaks. A higher minor version counts as 1.1 (RFC 9110 section 2.5).
package enum HTTPVersion: UInt8, Sendable, Equatable {
    case http10, http11
}
