import Core

/// The named values of a request, wherever they came from: a form, a query or a JSON object.
struct ZenFields {
    /// One value as it was sent.
    enum Value: Equatable {
        case text(String)
        /// A JSON number: as it was written, and the nearest double.
        case number(String, Double?)
        /// A JSON boolean, array or object: nothing that a field of the documents can be.
        case other
    }

    private var values: [String: Value] = [:]
    /// Whether a number may be sent as text: forms know nothing else.
    let numbersMayBeText: Bool

    init(form: ReceivedForm) {
        numbersMayBeText = true
        for field in form.fields { values[field.name] = .text(field.value) }
    }

    init(query: QueryItems) {
        numbersMayBeText = true
        for item in query.items { values[item.name] = .text(item.value) }
    }

    /// The members of an object. `null` is the same as absent.
    init(json: JSONValue, numbersMayBeText: Bool) {
        self.numbersMayBeText = numbersMayBeText
        guard let members = json.object else { return }
        for (key, value) in members {
            values[key] =
                switch value.kind {
                case .null: nil
                case .string: value.string.map { .text($0) }
                case .number: .number(value.numberText ?? "", value.double)
                case .bool, .array, .object: .other
                }
        }
    }

    /// Refuses a request that lacks fields, naming all of them in the order of the document.
    func require(_ names: [String]) throws(Rejection) {
        let missing = names.filter { isMissing($0) }
        guard let first = missing.first else { return }
        throw Rejection(.malformed, "Missing required fields: " + missing.joined(separator: ", "), field: first)
    }

    /// A text with nothing in it but white space says as little as an absent one.
    private func isMissing(_ name: String) -> Bool {
        switch values[name] {
        case nil: true
        case .text(let text): text.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
        case .number, .other: false
        }
    }

    /// A text; nil when it is absent or empty.
    func text(_ name: String) throws(Rejection) -> String? {
        switch values[name] {
        case nil: return nil
        case .text(let text): return text.isEmpty ? nil : text
        case .number, .other: throw .invalid(name, "\(name) must be a string")
        }
    }

    /// A text of at most so many bytes.
    func text(_ name: String, maximum: Int) throws(Rejection) -> String? {
        let text = try text(name)
        guard let text, text.utf8.count > maximum else { return text }
        throw .invalid(name, "\(name) must have at most \(maximum) bytes")
    }

    /// A number; nil when it is absent or empty.
    func number(_ name: String) throws(Rejection) -> Double? {
        switch values[name] {
        case nil: return nil
        case .number(_, let number?): return number
        case .text(let text) where numbersMayBeText:
            if text.isEmpty { return nil }
            guard let number = Self.number(text) else { break }
            return number
        case .text, .number, .other: break
        }
        throw .invalid(name, "\(name) must be a number")
    }

    /// Reads what people and programs write into forms: blanks around it, a sign, a fraction, an exponent; nothing
    /// else that `Double` takes, such as `nan` and hexadecimal digits.
    private static func number(_ text: String) -> Double? {
        let trimmed = text.drop { $0.isWhitespace }
        let digits = String(trimmed.reversed().drop { $0.isWhitespace }.reversed())
        let isPlain = digits.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
        guard isPlain, let number = Double(digits), number.isFinite else { return nil }
        return number
    }

    /// Appends what tells this request from another: the named fields, each with its length.
    func appendContent(_ names: [String], to content: inout [UInt8]) {
        for name in names {
            let text: String =
                switch values[name] {
                case nil: ""
                case .text(let text): text
                // `5` in JSON and in a form are the same content.
                case .number(let text, _): text
                case .other: ""
                }
            content.append(contentsOf: "\(name):\(text.utf8.count):\(text);".utf8)
        }
    }
}
