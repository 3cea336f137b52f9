/// Values without a key: elements of an array, the one value at the top, or what follows `key(dynamic:)`.
extension JSONWriter {
    package mutating func element(_ value: String) {
        beginValue()
        bytes.append(jsonText: value.utf8Span.span)
    }

    package mutating func element(_ value: Int) {
        beginValue()
        bytes.append(decimal: value)
    }

    package mutating func element(_ value: Bool) {
        beginValue()
        bytes.append(ascii: value ? "true" : "false")
    }

    /// A number in its shortest form that reads back the same, without fraction when it is whole (a negative zero
    /// becomes `0`); `null` for what JSON has no number for.
    package mutating func element(_ value: Double) {
        beginValue()
        guard value.isFinite else {
            bytes.append(ascii: "null")
            return
        }
        // Up to 2^53 every whole double is an exact integer.
        if value.magnitude <= 9_007_199_254_740_992, Double(Int(value)) == value {
            bytes.append(decimal: Int(value))
        } else {
            bytes.append(utf8: value.description)
        }
    }

    package mutating func nullElement() {
        beginValue()
        bytes.append(ascii: "null")
    }

    /// JSON that was encoded before, taken as it is.
    package mutating func rawElement(_ json: [UInt8]) {
        beginValue()
        bytes.append(contentsOf: json)
    }

    /// A parsed value (as deep as its document was allowed to be), written again without white space and with only the escapes JSON needs. Numbers keep their text.
    package mutating func value(_ value: JSONValue) {
        let entry = value.entry
        switch entry.kind {
        case .null:
            nullElement()
        case .true:
            element(true)
        case .false:
            element(false)
        case .integer, .decimal:
            beginValue()
            bytes.append(bytes: value.document.bytes[entry.range])
        case .string, .escapedString:
            beginValue()
            append(text: entry, of: value.document)
        case .array:
            open(UInt8(ascii: "["))
            for element in JSONArray(value: value) {
                self.value(element)
            }
            close(UInt8(ascii: "]"))
        case .object:
            open(UInt8(ascii: "{"))
            members(of: value)
            close(UInt8(ascii: "}"))
        }
    }

    /// The members of a parsed object, for an object that has others as well. Nothing for any other kind.
    package mutating func members(of object: JSONValue) {
        guard object.entry.kind == .object else {
            return
        }
        let document = object.document
        var index = object.index + 1
        while index < object.entry.next {
            beginValue()
            append(text: document.tape[index], of: document)
            endKey()
            value(JSONValue(document: document, index: index + 1))
            index = Int(document.tape[index + 1].next)
        }
    }

    private mutating func append(text entry: JSONTape.Entry, of document: JSONDocument) {
        if entry.kind == .string {
            bytes.append(UInt8(ascii: "\""))
            bytes.append(bytes: document.bytes[entry.range])
            bytes.append(UInt8(ascii: "\""))
        } else {
            let text = JSONText.unescaped(document.bytes, in: entry.range)
            bytes.append(jsonText: text.span)
        }
    }
}
