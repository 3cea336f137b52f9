/// One value of a document: a reference and an index. Accessors answer nil when the value is of another kind, so a
/// decoder reads `value["id"]?.string`.
package struct JSONValue: Sendable {
    /// The six kinds of RFC 8259 3, both booleans being one.
    package enum Kind: Sendable {
        case null, bool, number, string, array, object
    }

    let document: JSONDocument
    let index: Int

    var entry: JSONTape.Entry {
        document.tape[index]
    }

    package var kind: Kind {
        switch entry.kind {
        case .null: .null
        case .true, .false: .bool
        case .integer, .decimal: .number
        case .string, .escapedString: .string
        case .array: .array
        case .object: .object
        }
    }

    package var isNull: Bool {
        entry.kind == .null
    }

    package var bool: Bool? {
        switch entry.kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    package var string: String? {
        let entry = entry
        switch entry.kind {
        case .string: return String(decodingUTF8: document.bytes, in: entry.range)
        case .escapedString: return String(decodingUTF8: JSONText.unescaped(document.bytes, in: entry.range))
        default: return nil
        }
    }

    /// Whether this is a string with the given text; cheaper than comparing `string`.
    package func isString(_ text: String) -> Bool {
        matches(text.utf8Span.span)
    }

    /// The exact value of a number written without fraction and exponent, or nil, also when it does not fit.
    package var int: Int? {
        let entry = entry
        guard entry.kind == .integer else {
            return nil
        }
        return JSONNumber.int(document.bytes, in: entry.range)
    }

    /// The exact value of a number that is whole however it is written: `5`, `5.0`, `5e0`.
    package var integral: Int? {
        let entry = entry
        switch entry.kind {
        case .integer: return JSONNumber.int(document.bytes, in: entry.range)
        case .decimal: return JSONNumber.integral(document.bytes, in: entry.range)
        default: return nil
        }
    }

    /// The double nearest to a number; nil when it is too large for a finite one.
    package var double: Double? {
        let entry = entry
        guard entry.kind == .integer || entry.kind == .decimal else {
            return nil
        }
        return JSONNumber.double(document.bytes, in: entry.range)
    }

    /// A number as it was written, with all its digits.
    package var numberText: String? {
        let entry = entry
        guard entry.kind == .integer || entry.kind == .decimal else {
            return nil
        }
        return String(decodingUTF8: document.bytes, in: entry.range)
    }

    /// The elements of an array or members of an object, repeated keys counted each; 0 for anything else.
    package var count: Int {
        entry.count
    }

    /// The elements, if this is an array.
    package var array: JSONArray? {
        entry.kind == .array ? JSONArray(value: self) : nil
    }

    /// The members, if this is an object.
    package var object: JSONObject? {
        entry.kind == .object ? JSONObject(value: self) : nil
    }

    /// The member of an object with this key, the last one if there are several; nil when there is none or this is no
    /// object. Walks the members; a nested value is one step.
    package subscript(key: String) -> JSONValue? {
        let container = entry
        guard container.kind == .object else {
            return nil
        }
        let wanted = key.utf8Span.span
        var found: JSONValue?
        var index = index + 1
        while index < container.next {
            if JSONValue(document: document, index: index).matches(wanted) {
                found = JSONValue(document: document, index: index + 1)
            }
            index = Int(document.tape[index + 1].next)
        }
        return found
    }

    /// The bytes of the document that hold this value, quotes of a string included.
    package var sourceRange: Range<Int> {
        let entry = entry
        switch entry.kind {
        case .string, .escapedString: return entry.range.lowerBound - 1..<entry.range.upperBound + 1
        default: return entry.range
        }
    }

    private func matches(_ wanted: Span<UInt8>) -> Bool {
        let entry = entry
        switch entry.kind {
        case .string:
            guard entry.length == wanted.count else {
                return false
            }
            let bytes = document.bytes
            return bytes.span.extracting(entry.range).equals(wanted)
        case .escapedString:
            return JSONText.equals(wanted, document.bytes, in: entry.range)
        default:
            return false
        }
    }
}
