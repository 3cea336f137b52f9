/// What a `Range` field asks of a representation (RFC 9110 section 14).
package enum HTTPByteRange: Sendable, Equatable {
    /// Everything, with 200: no field, another unit, several ranges (which may be ignored) or a malformed one.
    case full
    /// These bytes, with 206.
    case partial(Range<Int>)
    /// Nothing there, 416.
    case unsatisfiable

    /// Reads `bytes=a-b`, `bytes=a-` or `bytes=-n` for a representation of so many bytes.
    package init(_ field: String?, length: Int) {
        guard let field else {
            self = .full
            return
        }
        let bytes = field.utf8Span.span
        let unit = 6
        guard bytes.count > unit, bytes.equalsIgnoringASCIICase("bytes=", in: 0..<unit) else {
            self = .full
            return
        }
        let range = bytes.trimmingOWS(unit..<bytes.count)
        guard let dash = bytes.firstIndex(of: UInt8(ascii: "-"), in: range),
            let first = Self.position(bytes, range.lowerBound..<dash),
            let last = Self.position(bytes, dash + 1..<range.upperBound)
        else {
            self = .full
            return
        }
        self = Self.resolve(first: first, last: last, length: length)
    }

    /// The `Content-Range` value of a 206 or 416 answer; nil for a full one.
    package func contentRange(length: Int) -> String? {
        switch self {
        case .full: nil
        case .partial(let range): "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
        case .unsatisfiable: "bytes */\(length)"
        }
    }

    private enum Position {
        case absent
        case at(Int)
    }

    /// Digits or nothing; a number too large to hold is as far as it goes. Nil for anything else.
    private static func position(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Position? {
        if range.isEmpty { return .absent }
        for index in range where !bytes[index].isASCIIDigit { return nil }
        return .at(bytes.decimal(in: range) ?? Int.max)
    }

    private static func resolve(first: Position, last: Position, length: Int) -> HTTPByteRange {
        switch (first, last) {
        case (.absent, .absent):
            return .full
        case (.absent, .at(let count)):
            guard count > 0 else { return .unsatisfiable }
            // A suffix of nothing is satisfiable, but no Content-Range can tell it.
            guard length > 0 else { return .full }
            return .partial(max(0, length - count)..<length)
        case (.at(let start), .absent):
            return start < length ? .partial(start..<length) : .unsatisfiable
        case (.at(let start), .at(let end)):
            guard start <= end else { return .full }
            return start < length ? .partial(start..<min(end, length - 1) + 1) : .unsatisfiable
        }
    }
}
