import Core

/// The bytes of a literal whose scalars are all below 256, one byte each.
func raw(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
}

/// What a parser said about a stream, with body pieces joined, so that two ways of cutting the stream can be compared.
enum HTTPObservation: Equatable, CustomStringConvertible {
    case head(String)
    case body([UInt8])
    case end
    case violation(HTTPViolation)

    var description: String {
        switch self {
        case .head(let summary): "head(\(summary))"
        case .body(let bytes): "body(\(String(decoding: bytes, as: UTF8.self)))"
        case .end: "end"
        case .violation(let violation): "violation(\(violation))"
        }
    }

    /// Feeds a request parser with the stream cut at these offsets; a finished request is followed by the next one.
    static func requests(
        _ stream: [UInt8],
        cutAt cuts: [Int],
        limits: HTTPLimits = HTTPLimits(),
        bodyLimit: Int? = nil
    ) -> [HTTPObservation] {
        var parser = HTTPRequestParser(limits: limits)
        var seen: [HTTPObservation] = []
        var start = 0
        for end in cuts + [stream.count] {
            let input = Array(stream[start..<end])
            start = end
            var offset = 0
            feeding: while true {
                switch parser.parse(input.span, from: &offset) {
                case .needMore:
                    break feeding
                case .head(let head):
                    seen.append(.head(head.summary))
                    if let bodyLimit { parser.acceptBody(limit: bodyLimit) }
                case .body(let range):
                    seen.append(body: input[range])
                case .end:
                    seen.append(.end)
                    parser.next()
                case .violation(let violation):
                    return seen + [.violation(violation)]
                }
            }
        }
        return seen
    }

    /// The same for a response parser; `closing` tells it that the stream has ended.
    static func response(
        _ stream: [UInt8],
        cutAt cuts: [Int],
        toHead: Bool = false,
        limits: HTTPLimits = HTTPLimits(),
        closing: Bool = true
    ) -> [HTTPObservation] {
        var parser = HTTPResponseParser(limits: limits, requestWasHead: toHead)
        var seen: [HTTPObservation] = []
        var start = 0
        for end in cuts + [stream.count] {
            let input = Array(stream[start..<end])
            start = end
            var offset = 0
            feeding: while true {
                switch parser.parse(input.span, from: &offset) {
                case .needMore:
                    break feeding
                case .head(let head):
                    seen.append(.head("\(head.status.code) \(head.framing) \(head.keepAlive ? "keep" : "close")"))
                case .body(let range):
                    seen.append(body: input[range])
                case .end:
                    return seen + [.end]
                case .violation(let violation):
                    return seen + [.violation(violation)]
                }
            }
        }
        guard closing else { return seen }
        switch parser.finish() {
        case .end: seen.append(.end)
        case .violation(let violation): seen.append(.violation(violation))
        case .needMore, .head, .body: break
        }
        return seen
    }
}

extension [HTTPObservation] {
    mutating func append(body: ArraySlice<UInt8>) {
        if case .body(let earlier) = last {
            self[count - 1] = .body(earlier + body)
        } else {
            append(HTTPObservation.body([UInt8](body)))
        }
    }
}

extension RequestHead {
    /// Everything a head says, in one line.
    var summary: String {
        let path = String(decoding: bytes[path], as: UTF8.self)
        let query = query.map { "?" + String(decoding: bytes[$0], as: UTF8.self) } ?? ""
        let body =
            switch framing {
            case .none: ""
            case .length(let length): " length=\(length)"
            case .chunked: " chunked"
            case .untilClose: " untilClose"
            }
        return "\(methodName) \(path)\(query) host=\(host ?? "-")\(port.map { ":\($0)" } ?? "")"
            + " \(version == .http10 ? "1.0" : "1.1") \(keepAlive ? "keep" : "close")"
            + body + (expectsContinue ? " continue" : "")
    }
}
