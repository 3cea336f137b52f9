/// A request's line and fields, checked: the head's bytes, where its parts stand, and what its framing fields mean. It
/// owns its bytes and can move between threads.
package struct RequestHead: Sendable {
    /// The form the target was sent in (RFC 9112 section 3.2).
    package enum TargetForm: UInt8, Sendable, Equatable {
        /// `/path?query`
        case origin
        /// `http://host/path?query`
        case absolute
        /// `*`, of OPTIONS only.
        case asterisk
    }

    package let fields: HTTPFields
    package let method: HTTPMethod
    package let version: HTTPVersion
    package let targetForm: TargetForm
    /// Whether the connection may be used again after this request.
    package let keepAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends its body.
    package let expectsContinue: Bool
    /// `.none`, `.length` or `.chunked`.
    package let framing: HTTPBodyFraming
    /// Where the raw path stands in `bytes`: from its first slash to before the `?`. Empty for `http://host`.
    package let path: Range<Int>
    /// Where the raw query stands in `bytes`: behind the `?`. Nil without one.
    package let query: Range<Int>?
    private let methodEnd: Int
    private let lineLength: Int
    private let authority: HTTPAuthority?

    /// The head as it was received.
    package var bytes: [UInt8] { fields.bytes }

    /// The method as it was sent.
    package var methodName: String { HTTPSyntax.text(bytes.span, in: 0..<methodEnd) }

    /// The declared length of the body.
    package var contentLength: Int? {
        if case .length(let length) = framing { length } else { nil }
    }

    package var isChunked: Bool { framing == .chunked }

    /// How it goes beyond limits that are narrower than those it was read under.
    package func violation(of limits: HTTPLimits) -> HTTPViolation? {
        if lineLength > limits.requestLine { return .targetTooLong }
        // Without the line, its end, and the empty line.
        if fields.bytes.count - lineLength - 4 > limits.headers { return .headersTooLarge }
        return fields.count > limits.headerFields ? .tooManyFields : nil
    }

    /// The host asked for, from an absolute target or else the `Host` field: in lower case, without the port and without
    /// the dot that may end a full domain name. Nil only for HTTP/1.0 without a `Host`.
    package var host: String? {
        guard let authority else { return nil }
        let bytes = bytes.span
        var range = authority.host
        if range.count > 1, bytes[range.upperBound - 1] == UInt8(ascii: ".") {
            range = range.lowerBound..<range.upperBound - 1
        }
        let text = HTTPSyntax.text(bytes, in: range)
        for index in range where bytes[index].asciiLowercased != bytes[index] {
            return text.lowercased()
        }
        return text
    }

    /// The port asked for, where one was given.
    package var port: Int? {
        authority?.port.flatMap { bytes.span.decimal(in: $0) }
    }

    /// The value of the first field with this name, in any case: trimmed, UTF-8 or else ISO-8859-1.
    package func field(_ name: StaticString) -> String? { fields.first(name) }

    /// The values of all fields with this name, in order.
    package func fields(named name: StaticString) -> [String] { fields.all(name) }

    /// Whether a field that is a list of tokens has this one, in any case.
    package func hasToken(_ field: StaticString, _ token: StaticString) -> Bool { fields.hasToken(field, token) }
}

extension RequestHead {
    /// Gives a scanned head its meaning, or the reason it is refused.
    init(line: HTTPRequestLineScanner, fields: HTTPFields) throws(HTTPViolation) {
        let bytes = fields.bytes.span
        methodEnd = Int(line.methodEnd)
        // The version and the space before it.
        lineLength = Int(line.targetEnd) + 9
        method = HTTPMethod(bytes, count: methodEnd)
        version = line.minorVersion == 0 ? .http10 : .http11
        if bytes.equals("CONNECT", in: 0..<methodEnd) { throw .connectNotSupported }
        let target = try TargetParts(bytes, methodEnd + 1..<Int(line.targetEnd), isOptions: method == .options)
        targetForm = target.form
        path = target.path
        query = target.query

        let framingFields = try HTTPFramingFields(fields, isRequest: true, version: version)
        keepAlive = framingFields.keepsAlive(version)
        expectsContinue = framingFields.expectsContinue
        framing = framingFields.isChunked ? .chunked : framingFields.contentLength.map { .length($0) } ?? .none

        // RFC 9112 section 3.2: HTTP/1.1 must have one; a bad one is refused even where an absolute target wins.
        var authority = target.authority
        if let host = framingFields.host {
            guard let fromField = HTTPAuthority(bytes, host) else { throw .invalidHost }
            authority = authority ?? fromField
        } else if version == .http11 {
            throw .missingHost
        }
        self.authority = authority
        self.fields = fields
    }

    /// The parts of a request target.
    private struct TargetParts {
        let form: TargetForm
        let authority: HTTPAuthority?
        let path: Range<Int>
        let query: Range<Int>?

        init(_ bytes: Span<UInt8>, _ target: Range<Int>, isOptions: Bool) throws(HTTPViolation) {
            var rest = target
            if bytes[target.lowerBound] == HTTPSyntax.slash {
                form = .origin
                authority = nil
            } else if isOptions, bytes.equals("*", in: target) {
                form = .asterisk
                authority = nil
            } else {
                form = .absolute
                rest = try Self.afterScheme(bytes, target)
                let end = rest.first { bytes[$0] == HTTPSyntax.slash || bytes[$0] == HTTPSyntax.question }
                let authorityEnd = end ?? rest.upperBound
                authority = HTTPAuthority(bytes, rest.lowerBound..<authorityEnd)
                guard authority != nil else { throw .invalidTarget }
                rest = authorityEnd..<rest.upperBound
            }
            if let mark = bytes.firstIndex(of: HTTPSyntax.question, in: rest) {
                path = rest.lowerBound..<mark
                query = mark + 1..<rest.upperBound
            } else {
                path = rest
                query = nil
            }
        }

        private static func afterScheme(_ bytes: Span<UInt8>, _ target: Range<Int>) throws(HTTPViolation) -> Range<Int>
        {
            for scheme in ["http://", "https://"] as [StaticString] {
                let length = scheme.utf8CodeUnitCount
                guard target.count > length else { continue }
                let start = target.lowerBound + length
                if bytes.equalsIgnoringASCIICase(scheme, in: target.lowerBound..<start) {
                    return start..<target.upperBound
                }
            }
            throw .invalidTarget
        }
    }
}
