/// The items of a query or of an `application/x-www-form-urlencoded` body, decoded, in the order they were sent.
package struct QueryItems: Sendable, Equatable {
    /// One `name=value`; the value is empty where there was no `=`.
    package struct Item: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var items: [Item] = []

    /// No items.
    package init() {}

    /// Reads `a=b&c`: `+` is a space, escapes are decoded once, empty pieces are skipped. Nil when an escape is
    /// malformed, a name or value is not UTF-8 or holds a NUL, or there are more than `maximum` items.
    package init?(_ encoded: Span<UInt8>, maximum: Int = 1_000) {
        var start = 0
        while start < encoded.count {
            let end = encoded.firstIndex(of: UInt8(ascii: "&"), in: start..<encoded.count) ?? encoded.count
            if end > start {
                let equals = encoded.firstIndex(of: HTTPSyntax.equals, in: start..<end) ?? end
                guard items.count < maximum,
                    let name = RequestTarget.decode(encoded.extracting(start..<equals), plusIsSpace: true),
                    let value = RequestTarget.decode(
                        encoded.extracting(min(equals + 1, end)..<end),
                        plusIsSpace: true
                    )
                else { return nil }
                items.append(Item(name: name, value: value))
            }
            start = end + 1
        }
    }

    package var isEmpty: Bool { items.isEmpty }

    /// The value of the first item with this name.
    package func first(_ name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// The value of the last item with this name.
    package func last(_ name: String) -> String? {
        items.last { $0.name == name }?.value
    }

    /// The values of all items with this name, in order.
    package func all(_ name: String) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }
}
