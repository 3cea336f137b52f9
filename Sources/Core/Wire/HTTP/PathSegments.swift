/// The segments of a request's path, decoded once, as bytes: routing compares many and keeps few, so that no strings are
/// made of them. See `RequestTarget.segments` for what a segment is.
package struct PathSegments: Sendable {
    /// Where the segments stand: the head's own bytes where nothing had to be decoded.
    private let bytes: [UInt8]
    private let ranges: [Range<Int>]

    /// The path in a range of a head's bytes; nil where `RequestTarget.segments` has nil.
    package init?(_ head: RequestHead, _ path: Range<Int>) {
        let bytes = head.bytes
        let span = bytes.span
        guard path.count > 1 else {
            (self.bytes, ranges) = ([], [])
            return
        }
        guard span[path.lowerBound] == HTTPSyntax.slash else { return nil }
        // A head's target is visible ASCII: only escapes can stand for anything else.
        guard span.firstIndex(of: UInt8(ascii: "%"), in: path) == nil else {
            guard let segments = RequestTarget.segments(span.extracting(path)) else { return nil }
            (self.bytes, ranges) = Self.joined(segments)
            return
        }
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(8)
        var start = path.lowerBound + 1
        while let end = span.firstIndex(of: HTTPSyntax.slash, in: start..<path.upperBound) {
            ranges.append(start..<end)
            start = end + 1
        }
        ranges.append(start..<path.upperBound)
        (self.bytes, self.ranges) = (bytes, ranges)
    }

    /// The path of a request whose path is malformed, with U+FFFD for segments that cannot be read: for finding whose
    /// answer it gets.
    package init(readableOf head: RequestHead, _ path: Range<Int>) {
        let bytes = head.bytes
        let span = bytes.span
        var segments: [String] = []
        var start = path.lowerBound + 1
        while start <= path.upperBound {
            let end = span.firstIndex(of: HTTPSyntax.slash, in: start..<path.upperBound) ?? path.upperBound
            segments.append(RequestTarget.decode(span.extracting(start..<end)) ?? "\u{fffd}")
            start = end + 1
        }
        (self.bytes, ranges) = Self.joined(segments)
    }

    private static func joined(_ segments: [String]) -> (bytes: [UInt8], ranges: [Range<Int>]) {
        var bytes: [UInt8] = []
        var ranges: [Range<Int>] = []
        for segment in segments {
            let start = bytes.count
            bytes.append(utf8: segment)
            ranges.append(start..<bytes.count)
        }
        return (bytes, ranges)
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
        // ASCII, or decoded from UTF-8 in `init`.
        String(decodingUTF8: bytes, in: ranges[index]) ?? ""
    }
}
