/// One field of a response.
package struct HTTPField: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Fields encoded once for many responses, such as a tenant's security headers.
package struct HTTPFieldBlock: Sendable, Equatable {
    let bytes: [UInt8]

    package init(_ fields: [HTTPField]) {
        var bytes: [UInt8] = []
        for field in fields { bytes.append(field: field) }
        self.bytes = bytes
    }
}

/// A response's status and fields. What frames it (`Content-Length`, `Transfer-Encoding`, `Connection`) and `Date` belong
/// to the writer; fields with these names are left out when it is written.
package struct ResponseHead: Sendable, Equatable {
    package var status: HTTPStatus
    package var fields: [HTTPField]
    /// Further fields, already encoded.
    package var block: HTTPFieldBlock?

    package init(_ status: HTTPStatus, _ fields: [HTTPField] = [], block: HTTPFieldBlock? = nil) {
        self.status = status
        self.fields = fields
        self.block = block
    }

    /// Adds a field behind the others.
    package mutating func add(_ name: String, _ value: String) {
        fields.append(HTTPField(name, value))
    }

    /// The value of the first field with this name, in any case.
    package func field(_ name: StaticString) -> String? {
        fields.first { $0.name.utf8Span.span.equalsIgnoringASCIICase(name) }?.value
    }

    /// Replaces all fields with this name by one.
    package mutating func set(_ name: StaticString, _ value: String) {
        fields.removeAll { $0.name.utf8Span.span.equalsIgnoringASCIICase(name) }
        fields.append(HTTPField("\(name)", value))
    }
}

extension Array where Element == UInt8 {
    /// Appends one field line, unless the writer owns the name. No bytes of a name or value can end the line or start
    /// another: what is not a token character in a name becomes `_`, and a control character in a value a space.
    mutating func append(field: HTTPField) {
        let name = field.name.utf8Span.span
        guard !HTTPResponseWriter.ownsField(name) else { return }
        for index in name.indices {
            append(HTTPSyntax.isToken(name[index]) ? name[index] : UInt8(ascii: "_"))
        }
        append(ascii: ": ")
        let value = field.value.utf8Span.span
        for index in value.indices {
            append(HTTPSyntax.isFieldByte(value[index]) ? value[index] : HTTPSyntax.space)
        }
        append(ascii: "\r\n")
    }
}
