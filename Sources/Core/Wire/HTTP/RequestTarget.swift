/// Reading the path of a request target.
package enum RequestTarget {
    /// The segments of a raw path, each percent-decoded once. `/` has none, `/a/` has `a` and an empty one; `%2F` stays
    /// inside its segment, and `.` and `..` are names like any other, for nothing here walks a tree. Nil when an escape
    /// is malformed, or a segment is not UTF-8 or holds a NUL.
    package static func segments(_ path: Span<UInt8>) -> [String]? {
        guard path.count > 1 else { return [] }
        guard path[0] == HTTPSyntax.slash else { return nil }
        var segments: [String] = []
        // As many as the longest routes have.
        segments.reserveCapacity(8)
        var start = 1
        while start <= path.count {
            let end = path.firstIndex(of: HTTPSyntax.slash, in: start..<path.count) ?? path.count
            guard let segment = decode(path.extracting(start..<end)) else { return nil }
            segments.append(segment)
            start = end + 1
        }
        return segments
    }

    /// One piece of a path or, with `plusIsSpace`, of a query; nil as above.
    static func decode(_ piece: Span<UInt8>, plusIsSpace: Bool = false) -> String? {
        guard piece.firstIndex(of: UInt8(ascii: "%")) != nil || plusIsSpace else {
            return piece.firstIndex(of: 0) == nil ? String(decodingUTF8: piece) : nil
        }
        guard let bytes = PercentCoding.decode(piece, plusIsSpace: plusIsSpace), !bytes.contains(0) else { return nil }
        return String(decodingUTF8: bytes)
    }
}

extension RequestHead {
    /// The path's segments as `RequestTarget.segments` reads them; none for the target `*`.
    package func pathSegments() -> [String]? {
        targetForm == .asterisk ? [] : RequestTarget.segments(bytes.span.extracting(path))
    }

    /// The query's items; none without a query, nil when it is malformed.
    package func queryItems() -> QueryItems? {
        guard let query else { return QueryItems() }
        return QueryItems(bytes.span.extracting(query))
    }
}
