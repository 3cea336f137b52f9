/// A media type with its parameters: `type/subtype; name=value` (RFC 9110 section 8.3.1).
package struct HTTPMediaType: Sendable, Equatable {
    /// One parameter; the name in lower case, the value without quotes.
    package struct Parameter: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    /// `type/subtype` in lower case.
    package let essence: String
    package let parameters: [Parameter]

    /// Nil when the value is malformed or a parameter comes twice, for then readers may differ about which counts.
    package init?(_ value: String) {
        let bytes = value.utf8Span.span
        let whole = bytes.trimmingOWS(0..<bytes.count)
        let typeEnd = bytes.firstIndex(of: HTTPSyntax.semicolon, in: whole) ?? whole.upperBound
        let type = bytes.trimmingOWS(whole.lowerBound..<typeEnd)
        guard let slash = bytes.firstIndex(of: HTTPSyntax.slash, in: type),
            HTTPSyntax.isToken(bytes, in: type.lowerBound..<slash),
            HTTPSyntax.isToken(bytes, in: slash + 1..<type.upperBound)
        else { return nil }
        essence = HTTPSyntax.text(bytes, in: type).lowercased()

        var parameters: [Parameter] = []
        var position = typeEnd
        while position < whole.upperBound {
            guard bytes[position] == HTTPSyntax.semicolon else { return nil }
            let rest = bytes.trimmingOWS(position + 1..<whole.upperBound)
            position = rest.lowerBound
            // A semicolon with nothing behind it is allowed.
            if rest.isEmpty || bytes[position] == HTTPSyntax.semicolon { continue }
            guard let parameter = Self.parameter(bytes, &position, end: whole.upperBound),
                !parameters.contains(where: { $0.name == parameter.name })
            else { return nil }
            parameters.append(parameter)
        }
        self.parameters = parameters
    }

    /// The value of a parameter; the name in lower case.
    package func parameter(_ name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    package var boundary: String? { parameter("boundary") }

    /// In lower case.
    package var charset: String? { parameter("charset")?.lowercased() }

    /// `application/json` or a type built on it (RFC 6839 section 3.1).
    package var isJSON: Bool { essence == "application/json" || essence.hasSuffix("+json") }

    private static func parameter(_ bytes: Span<UInt8>, _ position: inout Int, end: Int) -> Parameter? {
        guard let equals = bytes.firstIndex(of: HTTPSyntax.equals, in: position..<end),
            HTTPSyntax.isToken(bytes, in: position..<equals)
        else { return nil }
        let name = HTTPSyntax.text(bytes, in: position..<equals).lowercased()
        position = equals + 1
        guard position < end else { return nil }
        guard bytes[position] == HTTPSyntax.quote else {
            let stop = bytes.firstIndex(of: HTTPSyntax.semicolon, in: position..<end) ?? end
            let value = bytes.trimmingOWS(position..<stop)
            position = stop
            guard HTTPSyntax.isToken(bytes, in: value) else { return nil }
            return Parameter(name: name, value: HTTPSyntax.text(bytes, in: value))
        }
        position += 1
        var value: [UInt8] = []
        while position < end, bytes[position] != HTTPSyntax.quote {
            if bytes[position] == HTTPSyntax.backslash { position += 1 }
            guard position < end, HTTPSyntax.isFieldByte(bytes[position]) else { return nil }
            value.append(bytes[position])
            position += 1
        }
        guard position < end else { return nil }
        position = bytes.trimmingOWS(position + 1..<end).lowerBound
        return Parameter(name: name, value: HTTPSyntax.text(value.span, in: 0..<value.count))
    }
}
