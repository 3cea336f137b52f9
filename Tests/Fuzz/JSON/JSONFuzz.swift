import Core

/// Feeds the JSON parser.
///
/// What must hold: a text is accepted just when a plain reader of the grammar accepts it; every value can be asked
/// everything; what was read, written again, is read the same way and written in the same bytes; of repeated keys the
/// last one counts.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    var reader = PlainReader(text: input)
    let isJSON = reader.accepts()
    guard let document = try? JSONDocument(parsing: input) else {
        precondition(!isJSON, "refused what is JSON")
        return 0
    }
    precondition(isJSON, "accepted what is no JSON")
    walk(document.root, input)
    let written = rewrite(document)
    guard let again = try? JSONDocument(parsing: written) else {
        preconditionFailure("what was written cannot be read")
    }
    precondition(rewrite(again) == written)
    return 0
}

private func rewrite(_ document: JSONDocument) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(document.root)
    return writer.bytes
}

private func walk(_ value: JSONValue, _ text: [UInt8]) {
    precondition(text.indices.contains(value.sourceRange.lowerBound) && value.sourceRange.upperBound <= text.count)
    _ = value.double
    if let whole = value.int { precondition(value.integral == whole) }
    switch value.kind {
    case .string:
        guard let string = value.string else { preconditionFailure("a string has no text") }
        precondition(value.isString(string))
    case .number: precondition(value.numberText != nil)
    case .array:
        guard let elements = value.array else { preconditionFailure("an array has no elements") }
        precondition(Array(elements).count == value.count)
        for element in elements { walk(element, text) }
    case .object:
        guard let members = value.object else { preconditionFailure("an object has no members") }
        // By their scalars: two keys that only look the same are two keys.
        var last: [[UInt8]: JSONValue] = [:]
        for (key, member) in members {
            walk(member, text)
            last[Array(key.utf8)] = member
        }
        for (key, member) in members.prefix(20) {
            let counted = last[Array(key.utf8)] ?? member
            precondition(value[key]?.sourceRange == counted.sourceRange)
        }
    case .null, .bool: break
    }
}

/// RFC 8259 read letter by letter, with the same limit of depth, by nobody's optimised code.
private struct PlainReader {
    let text: [UInt8]
    var position = 0

    mutating func accepts() -> Bool {
        guard String(validating: text, as: UTF8.self) != nil else { return false }
        skipSpace()
        guard readValue(depth: 0) else { return false }
        skipSpace()
        return position == text.count
    }

    private var next: UInt8? { position < text.count ? text[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func readValue(depth: Int) -> Bool {
        switch next.map({ Character(Unicode.Scalar($0)) }) {
        case "{": readMembers(depth: depth + 1)
        case "[": readElements(depth: depth + 1)
        case "\"": readString()
        case "t": readWord("true")
        case "f": readWord("false")
        case "n": readWord("null")
        default: readNumber()
        }
    }

    private mutating func readMembers(depth: Int) -> Bool {
        guard depth <= 64, take("{") else { return false }
        skipSpace()
        if take("}") { return true }
        while true {
            skipSpace()
            guard readString() else { return false }
            skipSpace()
            guard take(":") else { return false }
            skipSpace()
            guard readValue(depth: depth) else { return false }
            skipSpace()
            if take("}") { return true }
            guard take(",") else { return false }
        }
    }

    private mutating func readElements(depth: Int) -> Bool {
        guard depth <= 64, take("[") else { return false }
        skipSpace()
        if take("]") { return true }
        while true {
            skipSpace()
            guard readValue(depth: depth) else { return false }
            skipSpace()
            if take("]") { return true }
            guard take(",") else { return false }
        }
    }

    private mutating func readWord(_ word: String) -> Bool {
        for scalar in word.unicodeScalars where !take(scalar) { return false }
        return true
    }

    private mutating func readDigits() -> Bool {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        return position > start
    }

    private mutating func readNumber() -> Bool {
        _ = take("-")
        if !take("0"), !readDigits() { return false }
        if take("."), !readDigits() { return false }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            return readDigits()
        }
        return true
    }

    private mutating func readString() -> Bool {
        guard take("\"") else { return false }
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case 0..<0x20: return false
            case UInt8(ascii: "\\"): if !readEscape() { return false }
            default: continue
            }
        }
        return false
    }

    private mutating func readEscape() -> Bool {
        guard let byte = next else { return false }
        position += 1
        guard byte == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(byte) }
        guard let unit = readUnit() else { return false }
        switch unit {
        case 0xDC00...0xDFFF: return false
        case 0xD800...0xDBFF:
            guard take("\\"), take("u"), let low = readUnit() else { return false }
            return (0xDC00...0xDFFF).contains(low)
        default: return true
        }
    }

    private mutating func readUnit() -> Int? {
        var unit = 0
        for _ in 0..<4 {
            guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else { return nil }
            unit = unit * 16 + digit
            position += 1
        }
        return unit
    }
}
