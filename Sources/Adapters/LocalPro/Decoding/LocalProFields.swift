import Core

/// The members of a request body, read with their rules. A member that is null counts as absent.
struct LocalProFields {
    private let object: JSONValue
    /// Stands before names in errors: `user.` for the members of `user`.
    private let path: String

    init(_ object: JSONValue, path: String = "") {
        self.object = object
        self.path = path
    }

    /// A member as it is; nil when it is absent or null.
    func value(_ key: String) -> JSONValue? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    /// A text of at most so many bytes.
    func text(_ key: String, atMost limit: Int) throws(Rejection) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw .invalid(path + key, "\(path)\(key) must be a string") }
        guard text.utf8.count <= limit else {
            throw .invalid(path + key, "\(path)\(key) must not be longer than \(limit) bytes")
        }
        return text
    }

    /// A text of one line: no control characters.
    func line(_ key: String, atMost limit: Int) throws(Rejection) -> String? {
        guard let text = try text(key, atMost: limit) else { return nil }
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
            throw .invalid(path + key, "\(path)\(key) must not contain control characters")
        }
        return text
    }

    /// A line that must be there and say something.
    func requiredLine(_ key: String, atMost limit: Int) throws(Rejection) -> String {
        guard let text = try line(key, atMost: limit), !text.isBlank else {
            throw .invalid(path + key, "\(path)\(key) is required")
        }
        return text
    }

    func bool(_ key: String) throws(Rejection) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let bool = value.bool else { throw .invalid(path + key, "\(path)\(key) must be true or false") }
        return bool
    }

    /// A verdict from 1 to 5.
    func score(_ key: String) throws(Rejection) -> Int? {
        guard let value = value(key) else { return nil }
        guard let score = value.integral, (1...5).contains(score) else {
            throw .invalid(path + key, "\(path)\(key) must be a whole number from 1 to 5")
        }
        return score
    }

    /// The words on a verdict; empty ones count as none.
    func feedback() throws(Rejection) -> String? {
        let text = try text("feedback", atMost: LocalProSizes.feedback)
        return text?.isEmpty == true ? nil : text
    }

    /// One of a few words.
    func choice<Value>(_ key: String, of names: [String], _ make: (String) -> Value?) throws(Rejection) -> Value? {
        guard let value = value(key) else { return nil }
        guard let name = value.string, let choice = make(name) else {
            throw .invalid(path + key, "\(path)\(key) must be one of: \(names.joined(separator: ", "))")
        }
        return choice
    }
}

/// How long texts may be, in bytes, where the configuration says nothing.
enum LocalProSizes {
    static let name = 256
    static let email = 254
    static let phone = 64
    static let url = 2048
    static let agentID = 256
    static let feedback = 4096
    static let reason = 1024
    static let tag = 64
    static let tags = 50
    /// Of a WebSocket message: the largest that means something is far smaller.
    static let frame = 16 * 1024
}

extension String {
    /// Whether it holds nothing but white space.
    var isBlank: Bool {
        // Most begin with a visible ASCII character, which no character of white space contains.
        if let first = utf8.first, (0x21...0x7e).contains(first) { return false }
        return allSatisfy(\.isWhitespace)
    }
}
