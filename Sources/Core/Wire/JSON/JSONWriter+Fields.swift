/// Members of an object. Keys are literals that hold nothing JSON escapes.
extension JSONWriter {
    package mutating func field(_ key: StaticString, _ value: String) {
        self.key(key)
        element(value)
    }

    package mutating func field(_ key: StaticString, _ value: Int) {
        self.key(key)
        element(value)
    }

    package mutating func field(_ key: StaticString, _ value: Bool) {
        self.key(key)
        element(value)
    }

    /// See `element(_:)` for the form of doubles.
    package mutating func field(_ key: StaticString, _ value: Double) {
        self.key(key)
        element(value)
    }

    package mutating func field(_ key: StaticString, _ value: JSONValue) {
        self.key(key)
        self.value(value)
    }

    /// A member that is left out when there is no value.
    package mutating func optional(_ key: StaticString, _ value: String?) {
        if let value {
            field(key, value)
        }
    }

    /// A member that is left out when there is no value.
    package mutating func optional(_ key: StaticString, _ value: Int?) {
        if let value {
            field(key, value)
        }
    }

    /// A member that is left out when there is no value.
    package mutating func optional(_ key: StaticString, _ value: Bool?) {
        if let value {
            field(key, value)
        }
    }

    /// A member that is left out when there is no value.
    package mutating func optional(_ key: StaticString, _ value: Double?) {
        if let value {
            field(key, value)
        }
    }

    /// A member that is `null` when there is no value.
    package mutating func nullable(_ key: StaticString, _ value: String?) {
        self.key(key)
        if let value {
            element(value)
        } else {
            nullElement()
        }
    }

    /// A member that is `null` when there is no value.
    package mutating func nullable(_ key: StaticString, _ value: Int?) {
        self.key(key)
        if let value {
            element(value)
        } else {
            nullElement()
        }
    }

    package mutating func null(_ key: StaticString) {
        self.key(key)
        nullElement()
    }

    /// JSON that was encoded before, taken as it is.
    package mutating func raw(_ key: StaticString, _ json: [UInt8]) {
        self.key(key)
        rawElement(json)
    }
}
