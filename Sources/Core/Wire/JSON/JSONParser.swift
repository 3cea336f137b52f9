/// Validates a whole text against RFC 8259 and writes its tape in one pass, without recursion. What the grammar leaves
/// to implementations is settled strictly: the text must be UTF-8 without byte order mark, and `\u` escapes must name
/// whole characters.
struct JSONParser {
    private(set) var tape: [JSONTape.Entry] = []
    private var index = 0
    private let maxDepth: Int
    /// The innermost open container and how many are open.
    private var open = -1
    private var depth = 0
    /// The kind of the innermost container and how many elements or members it has so far; kept out of the tape, as
    /// they are asked for after every value.
    private var openIsObject = false
    private var openCount = 0

    private init(maxDepth: Int) {
        self.maxDepth = maxDepth
    }

    /// The tape of a text.
    static func parse(_ bytes: Span<UInt8>, maxDepth: Int) throws(JSONError) -> [JSONTape.Entry] {
        guard bytes.count <= JSONTape.maximumLength else {
            throw JSONError(.tooLarge, at: JSONTape.maximumLength)
        }
        var parser = JSONParser(maxDepth: maxDepth)
        // Chat bodies have a value or key for about ten bytes; a large text may be one long string.
        parser.tape.reserveCapacity(min(bytes.count / 8 + 2, 1_024))
        try parser.parseDocument(bytes)
        return parser.tape
    }

    private mutating func parseDocument(_ bytes: Span<UInt8>) throws(JSONError) {
        skipWhitespace(bytes)
        guard index < bytes.count else {
            throw JSONError(.empty, at: 0)
        }
        if bytes[index] == 0xEF, bytes.count - index >= 3, bytes[index + 1] == 0xBB, bytes[index + 2] == 0xBF {
            throw JSONError(.byteOrderMark, at: index)
        }
        repeat {
            try parseValue(bytes)
        } while try continues(bytes)
        guard index == bytes.count else {
            throw JSONError(.trailingContent, at: index)
        }
    }

    /// Reads a scalar, or enters containers down to the first scalar or empty container in them.
    private mutating func parseValue(_ bytes: Span<UInt8>) throws(JSONError) {
        while true {
            guard index < bytes.count else {
                throw JSONError(.unexpectedEnd, at: index)
            }
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                return try parseString(bytes)
            case UInt8(ascii: "{"):
                try enter(.object)
                skipWhitespace(bytes)
                if index < bytes.count, bytes[index] == UInt8(ascii: "}") {
                    return leave()
                }
                try parseKey(bytes)
            case UInt8(ascii: "["):
                try enter(.array)
                skipWhitespace(bytes)
                if index < bytes.count, bytes[index] == UInt8(ascii: "]") {
                    return leave()
                }
                openCount &+= 1
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                return try parseNumber(bytes)
            case UInt8(ascii: "t"):
                return try parseLiteral("true", .true, bytes)
            case UInt8(ascii: "f"):
                return try parseLiteral("false", .false, bytes)
            case UInt8(ascii: "n"):
                return try parseLiteral("null", .null, bytes)
            default:
                throw unexpected(bytes)
            }
        }
    }

    /// After a value: closes what ends here; true when a comma (and in an object the next key) was read and a value
    /// must follow, false at the end of the outermost value.
    private mutating func continues(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
        while true {
            skipWhitespace(bytes)
            guard depth > 0 else {
                return false
            }
            guard index < bytes.count else {
                throw JSONError(.unexpectedEnd, at: index)
            }
            let isObject = openIsObject
            switch bytes[index] {
            case UInt8(ascii: ","):
                index &+= 1
                skipWhitespace(bytes)
                if isObject {
                    try parseKey(bytes)
                } else {
                    openCount &+= 1
                }
                return true
            case UInt8(ascii: "}") where isObject, UInt8(ascii: "]") where !isObject:
                leave()
            default:
                throw unexpected(bytes)
            }
        }
    }

    private mutating func parseKey(_ bytes: Span<UInt8>) throws(JSONError) {
        guard index < bytes.count else {
            throw JSONError(.unexpectedEnd, at: index)
        }
        guard bytes[index] == UInt8(ascii: "\"") else {
            throw unexpected(bytes)
        }
        openCount &+= 1
        try parseString(bytes)
        skipWhitespace(bytes)
        guard index < bytes.count else {
            throw JSONError(.unexpectedEnd, at: index)
        }
        guard bytes[index] == UInt8(ascii: ":") else {
            throw unexpected(bytes)
        }
        index &+= 1
        skipWhitespace(bytes)
    }

    private mutating func enter(_ kind: JSONTape.Kind) throws(JSONError) {
        guard depth < maxDepth else {
            throw JSONError(.tooDeep, at: index)
        }
        if depth > 0 {
            tape[open].count = openCount
        }
        tape.append(JSONTape.Entry(kind, offset: index, length: 0, next: open))
        open = tape.count - 1
        openIsObject = kind == .object
        openCount = 0
        depth += 1
        index &+= 1
    }

    /// Takes the closing bracket of the innermost container.
    private mutating func leave() {
        index &+= 1
        // The outermost container holds -1, cut to 32 bits; the sign comes back here.
        var closed = tape[open]
        let outer = Int(Int32(bitPattern: closed.next))
        closed.next = UInt32(truncatingIfNeeded: tape.count)
        closed.length = UInt32(truncatingIfNeeded: index) &- closed.offset
        closed.count = openCount
        tape[open] = closed
        open = outer
        depth -= 1
        if depth > 0 {
            openIsObject = tape[outer].isObject
            openCount = tape[outer].count
        }
    }

    private mutating func parseString(_ bytes: Span<UInt8>) throws(JSONError) {
        let scanned = try JSONScalars.scanString(bytes, at: index)
        let kind: JSONTape.Kind = scanned.hasEscapes ? .escapedString : .string
        add(kind, from: index &+ 1, to: scanned.closingQuote)
        index = scanned.closingQuote &+ 1
    }

    private mutating func parseNumber(_ bytes: Span<UInt8>) throws(JSONError) {
        let scanned = try JSONScalars.scanNumber(bytes, at: index)
        add(scanned.isInteger ? .integer : .decimal, from: index, to: scanned.end)
        index = scanned.end
    }

    private mutating func parseLiteral(
        _ literal: StaticString,
        _ kind: JSONTape.Kind,
        _ bytes: Span<UInt8>
    ) throws(JSONError) {
        let end = try JSONScalars.scanLiteral(literal, bytes, at: index)
        add(kind, from: index, to: end)
        index = end
    }

    private mutating func add(_ kind: JSONTape.Kind, from start: Int, to end: Int) {
        tape.append(JSONTape.Entry(kind, offset: start, length: end &- start, next: tape.count &+ 1))
    }

    /// RFC 8259 2 knows four characters of white space.
    @inline(__always)
    private mutating func skipWhitespace(_ bytes: Span<UInt8>) {
        while index < bytes.count {
            let byte = bytes[index]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else {
                return
            }
            index &+= 1
        }
    }

    private func unexpected(_ bytes: Span<UInt8>) -> JSONError {
        let isBroken = bytes[index] >= 0x80 && bytes.endOfNonASCII(from: index) == nil
        return JSONError(isBroken ? .invalidUTF8 : .unexpectedCharacter, at: index)
    }
}
