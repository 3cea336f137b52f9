/// Tells text from bytes, and harmless text from what a browser would take for a document.
enum TextForm {
    /// Tags that a document may begin with, as browsers guess it (WHATWG MIME Sniffing, section 7.1), and SVG's.
    private static let tags: [StaticString] = [
        "html", "head", "script", "iframe", "h1", "div", "font", "table", "a", "style", "title", "b", "body", "br", "p",
        "svg", "math", "xsl:stylesheet", "xsl:transform", "meta", "link", "img", "object", "embed", "base", "form",
    ]

    /// Whether, after white space and a byte order mark, a document of HTML or XML begins.
    static func isMarkup(_ bytes: [UInt8]) -> Bool {
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < bytes.count, [9, 10, 12, 13, 32].contains(bytes[start]) { start += 1 }
        guard start + 1 < bytes.count, bytes[start] == UInt8(ascii: "<") else { return false }
        // Comments, processing instructions, DOCTYPE.
        if bytes[start + 1] == UInt8(ascii: "!") || bytes[start + 1] == UInt8(ascii: "?") { return true }
        let span = bytes.span
        return tags.contains { tag in
            let end = start + 1 + tag.utf8CodeUnitCount
            guard end <= span.count, span.equalsIgnoringASCIICase(tag, in: start + 1..<end) else { return false }
            return end == span.count || [9, 10, 12, 13, 32, UInt8(ascii: "/"), UInt8(ascii: ">")].contains(span[end])
        }
    }

    /// Whether the bytes are text in UTF-8 (a character may be cut off at the end) or in Windows-1252, the superset of
    /// ISO-8859-1 that is meant by it. Tabs, line ends and form feeds are the only control characters of a text.
    static func isText(_ bytes: [UInt8]) -> Bool {
        var hasUndefined = false
        for byte in bytes {
            switch byte {
            case 9, 10, 12, 13: continue
            case 0..<0x20, 0x7F: return false
            case 0x81, 0x8D, 0x8F, 0x90, 0x9D: hasUndefined = true
            default: continue
            }
        }
        guard hasUndefined else { return true }
        var validator = UTF8Validator()
        return validator.feed(bytes.span)
    }
}
