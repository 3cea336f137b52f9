import Core

/// Reading answers without ceremony: what is not there fails the test.
extension JSONValue {
    /// The value at `a.b.c`.
    func value(_ path: String) throws -> JSONValue {
        var value = self
        for key in path.split(separator: ".") {
            guard let next = value[String(key)] else { throw Broken("there is no \(path)") }
            value = next
        }
        return value
    }

    func text(_ path: String) throws -> String {
        guard let text = try value(path).string else { throw Broken("\(path) is no text") }
        return text
    }

    func number(_ path: String) throws -> Int {
        guard let number = try value(path).int else { throw Broken("\(path) is no number") }
        return number
    }

    func flag(_ path: String) throws -> Bool {
        guard let flag = try value(path).bool else { throw Broken("\(path) is no boolean") }
        return flag
    }

    /// The elements at a path; of the value itself for an empty one.
    func list(_ path: String = "") throws -> [JSONValue] {
        guard let array = try value(path).array else { throw Broken("'\(path)' is no array") }
        return Array(array)
    }

    func element(_ index: Int) throws -> JSONValue {
        let elements = try list()
        guard elements.indices.contains(index) else { throw Broken("there is no element \(index)") }
        return elements[index]
    }
}
