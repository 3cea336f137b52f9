/// Entity tags and the conditions on them (RFC 9110 sections 8.8.3 and 13.1).
package enum HTTPEntityTag {
    /// A strong tag. What may not stand in a tag becomes `_`.
    package static func strong(_ opaque: String) -> String {
        var tag: [UInt8] = [HTTPSyntax.quote]
        for byte in opaque.utf8 { tag.append(isTagByte(byte) ? byte : UInt8(ascii: "_")) }
        tag.append(HTTPSyntax.quote)
        return String(decoding: tag, as: UTF8.self)
    }

    /// Whether an `If-None-Match` value names a tag: `*`, or a list compared weakly. A malformed rest names nothing.
    package static func list(_ value: String, names tag: String) -> Bool {
        let list = value.utf8Span.span
        let tagBytes = tag.utf8Span.span
        let wanted = tagBytes.extracting(opaqueStart(tagBytes, 0..<tagBytes.count)...)
        var range = list.trimmingOWS(0..<list.count)
        if list.equals("*", in: range) { return true }
        while !range.isEmpty {
            if list[range.lowerBound] == HTTPSyntax.comma {
                range = list.trimmingOWS(range.lowerBound + 1..<range.upperBound)
                continue
            }
            guard let end = endOfTag(list, range) else { return false }
            if list.extracting(opaqueStart(list, range)..<end).equals(wanted) { return true }
            range = list.trimmingOWS(end..<range.upperBound)
            guard range.isEmpty || list[range.lowerBound] == HTTPSyntax.comma else { return false }
        }
        return false
    }

    /// Whether an `If-Range` value is this tag, compared strongly. A date never is.
    package static func ifRange(_ value: String, is tag: String) -> Bool {
        value == tag && value.utf8.first == HTTPSyntax.quote
    }

    /// Behind the tag that starts the range, or nil when none does.
    private static func endOfTag(_ list: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var index = opaqueStart(list, range)
        guard list[index] == HTTPSyntax.quote else { return nil }
        index += 1
        while index < range.upperBound, isTagByte(list[index]) { index += 1 }
        guard index < range.upperBound, list[index] == HTTPSyntax.quote else { return nil }
        return index + 1
    }

    /// Where the tag in a range starts without its mark of weakness.
    private static func opaqueStart(_ tag: Span<UInt8>, _ range: Range<Int>) -> Int {
        let start = range.lowerBound
        return range.count > 2 && tag.equals("W/", in: start..<start + 2) ? start + 2 : start
    }

    private static func isTagByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != HTTPSyntax.quote && byte != 0x7F
    }
}

extension RequestHead {
    /// Whether the client has this representation already, so that GET and HEAD are answered 304.
    package func ifNoneMatch(names tag: String) -> Bool {
        fields(named: "if-none-match").contains { HTTPEntityTag.list($0, names: tag) }
    }
}
