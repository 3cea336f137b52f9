/// The segments of a request's path, decoded once, as bytes: routing compares many and keeps few, so that no strings are
/// made of them. See `RequestTarget.segments` for what a segment is.
package struct PathSegments: Sendable {
    /// Where the segments stand: the head's own bytes where nothing had to be decoded.
    private let bytes: [UInt8]
    private let ranges: [Range<Int>]

    /// The path in a range of a head's bytes; nil where `RequestTarget.segments` has nil.
    package init?(_ bytes: [UInt8], _ path: Range<Int>) {
        let span = bytes.span
        guard path.count > 1 else {
            (self.bytes, ranges) = ([], [])
            return
        }
        guard span[path.lowerBound] == HTTPSyntax.slash else { return nil }
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(8)
        var start = path.lowerBound + 1
        for index in start..<path.upperBound {
            let byte = span[index]
            if byte == HTTPSyntax.slash {
                ranges.append(start..<index)
                start = index + 1
            } else if byte == UInt8(ascii: "%") || byte == 0 || byte >= 0x80 {
                guard let decoded = Self.decode(span.extracting(path)) else { return nil }
                self = decoded
                return
            }
        }
        ranges.append(start..<path.upperBound)
        (self.bytes, self.ranges) = (bytes, ranges)
    }

    /// A path with escapes.
    private static func decode(_ path: Span<UInt8>) -> PathSegments? {
        guard let segments = RequestTarget.segments(path) else { return nil }
        var bytes: [UInt8] = []
        var ranges: [Range<Int>] = []
        for segment in segments {
            let start = bytes.count
            bytes.append(utf8: segment)
            ranges.append(start..<bytes.count)
        }
        return PathSegments(bytes: bytes, ranges: ranges)
    }

    private init(bytes: [UInt8], ranges: [Range<Int>]) {
        self.bytes = bytes
        self.ranges = ranges
    }

    package var count: Int { ranges.count }

    /// Whether a segment holds exactly these bytes.
    package func equals(_ literal: [UInt8], at index: Int) -> Bool {
        let range = ranges[index]
        guard range.count == literal.count else { return false }
        for offset in 0..<literal.count where bytes[range.lowerBound + offset] != literal[offset] { return false }
        return true
    }

    /// A segment as text.
    package subscript(index: Int) -> String {
        // Checked in `init`: this is UTF-8.
        String(decodingUTF8: bytes, in: ranges[index]) ?? ""
    }
}
