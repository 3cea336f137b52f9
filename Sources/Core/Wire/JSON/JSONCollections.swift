/// The elements of an array, in order.
package struct JSONArray: Sequence, Sendable {
    let value: JSONValue

    package var count: Int {
        value.entry.count
    }

    package var isEmpty: Bool {
        count == 0
    }

    package var underestimatedCount: Int {
        count
    }

    package func makeIterator() -> Iterator {
        Iterator(document: value.document, index: value.index + 1, end: Int(value.entry.next))
    }

    /// Walks the elements.
    package struct Iterator: IteratorProtocol {
        let document: JSONDocument
        var index: Int
        let end: Int

        package mutating func next() -> JSONValue? {
            guard index < end else {
                return nil
            }
            let value = JSONValue(document: document, index: index)
            index = Int(value.entry.next)
            return value
        }
    }
}

/// The members of an object, in order. A repeated key comes up each time; the last one is the one that counts, so a
/// dictionary filled in this order ends up right.
package struct JSONObject: Sequence, Sendable {
    let value: JSONValue

    package var count: Int {
        value.entry.count
    }

    package var isEmpty: Bool {
        count == 0
    }

    package var underestimatedCount: Int {
        count
    }

    package func makeIterator() -> Iterator {
        Iterator(document: value.document, index: value.index + 1, end: Int(value.entry.next))
    }

    /// Walks the members; makes a string of each key.
    package struct Iterator: IteratorProtocol {
        let document: JSONDocument
        var index: Int
        let end: Int

        package mutating func next() -> (key: String, value: JSONValue)? {
            guard index < end else {
                return nil
            }
            // A key is always a string, so the fallback is never taken.
            let key = JSONValue(document: document, index: index).string ?? ""
            let value = JSONValue(document: document, index: index + 1)
            index = Int(value.entry.next)
            return (key, value)
        }
    }
}
