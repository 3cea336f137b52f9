/// How the end of a message's body is found (RFC 9112 section 6).
package enum HTTPBodyFraming: Sendable, Equatable {
    /// No body at all.
    case none
    /// A body of so many bytes; zero when it was declared so.
    case length(Int)
    case chunked
    /// Of responses only: everything until the connection closes.
    case untilClose
}

/// What the fields that decide framing, host and connection reuse say, all found in one walk over the fields.
struct HTTPFramingFields {
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    private(set) var saysClose = false
    private(set) var saysKeepAlive = false
    private(set) var expectsContinue = false
    private(set) var host: Range<Int>?
    /// Some transfer coding other than chunked was named.
    private var hasOtherCoding = false

    init(_ fields: HTTPFields, isRequest: Bool, version: HTTPVersion) throws(HTTPViolation) {
        let bytes = fields.bytes.span
        for index in fields.ranges.indices {
            let name = fields.nameRange(at: index)
            switch name.count {
            case 4 where isRequest && bytes.equalsIgnoringASCIICase("host", in: name):
                guard host == nil else { throw .repeatedHost }
                host = fields.valueRange(at: index)
            case 6 where isRequest && bytes.equalsIgnoringASCIICase("expect", in: name):
                // RFC 9110 section 10.1.1: an expectation in HTTP/1.0 is ignored.
                guard version == .http11 else { break }
                guard bytes.equalsIgnoringASCIICase("100-continue", in: fields.valueRange(at: index)) else {
                    throw .unknownExpectation
                }
                expectsContinue = true
            case 10 where bytes.equalsIgnoringASCIICase("connection", in: name):
                readConnection(bytes, fields.valueRange(at: index))
            case 14 where bytes.equalsIgnoringASCIICase("content-length", in: name):
                guard contentLength == nil else { throw .repeatedContentLength }
                contentLength = bytes.decimal(in: fields.valueRange(at: index))
                guard contentLength != nil else { throw .invalidContentLength }
            case 17 where bytes.equalsIgnoringASCIICase("transfer-encoding", in: name):
                guard version == .http11 else { throw .transferEncodingInHTTP10 }
                try readTransferEncoding(bytes, fields.valueRange(at: index))
            default:
                break
            }
        }
        if contentLength != nil, isChunked || hasOtherCoding { throw .conflictingLengths }
        if hasOtherCoding { throw .unsupportedTransferEncoding }
    }

    /// `close` wins over everything; HTTP/1.0 must ask to be kept (RFC 9112 section 9.3).
    func keepsAlive(_ version: HTTPVersion) -> Bool {
        !saysClose && (version == .http11 || saysKeepAlive)
    }

    private mutating func readConnection(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        var position = value.lowerBound
        while position <= value.upperBound {
            let (element, next) = HTTPSyntax.nextListElement(bytes, from: position, to: value.upperBound)
            if bytes.equalsIgnoringASCIICase("close", in: element) {
                saysClose = true
            } else if bytes.equalsIgnoringASCIICase("keep-alive", in: element) {
                saysKeepAlive = true
            }
            position = next
        }
    }

    /// Every list element must be a token, and nothing may follow `chunked`; what else is well formed is only not
    /// supported.
    private mutating func readTransferEncoding(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPViolation) {
        var position = value.lowerBound
        while position <= value.upperBound {
            let (element, next) = HTTPSyntax.nextListElement(bytes, from: position, to: value.upperBound)
            guard HTTPSyntax.isToken(bytes, in: element), !isChunked else { throw .invalidTransferEncoding }
            if bytes.equalsIgnoringASCIICase("chunked", in: element) {
                isChunked = true
            } else {
                hasOtherCoding = true
            }
            position = next
        }
    }
}
