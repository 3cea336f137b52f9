import Core

/// Reading the fields of a JSON body; what is wrong with one is said by its name.
extension JSONValue {
    /// A string that must be there and not empty.
    func requiredText(_ name: String, atMost maximum: Int = .max) throws(Rejection) -> String {
        guard let text = try optionalText(name, atMost: maximum) else {
            throw .invalid(name, "\(name) is required")
        }
        guard !text.isEmpty else { throw .invalid(name, "\(name) must not be empty") }
        return text
    }

    /// A string of at most so many bytes; absent and null are nil.
    func optionalText(_ name: String, atMost maximum: Int = .max) throws(Rejection) -> String? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let text = value.string else { throw .invalid(name, "\(name) must be a string") }
        guard text.utf8.count <= maximum else { throw .invalid(name, "\(name) must have at most \(maximum) bytes") }
        return text
    }

    /// A boolean that must be there.
    func requiredFlag(_ name: String) throws(Rejection) -> Bool {
        guard let value = self[name] else { throw .invalid(name, "\(name) is required") }
        guard let flag = value.bool else { throw .invalid(name, "\(name) must be a boolean") }
        return flag
    }
}
