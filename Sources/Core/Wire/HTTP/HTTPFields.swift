/// Where one field line stands in its head: the name from `start` to the colon, the value from there to `end`.
struct HTTPFieldRange: Sendable, Equatable {
    var start: UInt32
    var colon: UInt32
    var end: UInt32
}

/// The fields of a received head, in order: the head's bytes and one range a field. Names are compared in any case and
/// found by walking the list, which is faster than hashing for the dozen fields a request has.
package struct HTTPFields: Sendable {
    /// The whole head as it was received, from the first byte of its first line to the CRLF that ends it.
    package let bytes: [UInt8]
    let ranges: [HTTPFieldRange]

    /// The value of the first field with this name; blanks at both ends are no part of it. UTF-8, else ISO-8859-1.
    package func first(_ name: StaticString) -> String? {
        for index in ranges.indices where isNamed(name, at: index) {
            return value(at: index)
        }
        return nil
    }

    /// The values of all fields with this name, in order.
    package func all(_ name: StaticString) -> [String] {
        ranges.indices.filter { isNamed(name, at: $0) }.map(value(at:))
    }

    /// The bytes of the first field with this name, for values that are compared or parsed rather than kept.
    package func firstRange(_ name: StaticString) -> Range<Int>? {
        for index in ranges.indices where isNamed(name, at: index) {
            return valueRange(at: index)
        }
        return nil
    }

    /// Whether there is a field with this name.
    package func contains(_ name: StaticString) -> Bool {
        firstRange(name) != nil
    }

    /// Whether a field that is a list of tokens (`Connection`, `Upgrade`) has this one, in any case and any line.
    package func hasToken(_ name: StaticString, _ token: StaticString) -> Bool {
        let bytes = bytes.span
        for index in ranges.indices where isNamed(name, at: index) {
            var position = valueRange(at: index).lowerBound
            let end = valueRange(at: index).upperBound
            while position <= end {
                let (element, next) = HTTPSyntax.nextListElement(bytes, from: position, to: end)
                if bytes.equalsIgnoringASCIICase(token, in: element) { return true }
                position = next
            }
        }
        return false
    }

    func isNamed(_ name: StaticString, at index: Int) -> Bool {
        bytes.span.equalsIgnoringASCIICase(name, in: nameRange(at: index))
    }

    func nameRange(at index: Int) -> Range<Int> {
        let range = ranges[index]
        return Int(range.start)..<Int(range.colon)
    }

    func valueRange(at index: Int) -> Range<Int> {
        let range = ranges[index]
        return bytes.span.trimmingOWS(Int(range.colon) + 1..<Int(range.end))
    }

    func value(at index: Int) -> String {
        HTTPSyntax.text(bytes.span, in: valueRange(at: index))
    }
}

/// Iteration: each field's name as it was sent and its value.
extension HTTPFields: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { ranges.count }

    package subscript(position: Int) -> (name: String, value: String) {
        (HTTPSyntax.text(bytes.span, in: nameRange(at: position)), value(at: position))
    }
}
