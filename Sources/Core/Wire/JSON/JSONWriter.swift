/// Writes JSON into a byte buffer in the order of the calls, with commas set by itself and nothing allocated but the
/// buffer. The caller keeps the grammar: `field`-like methods (with a key) inside `object`, `element`-like ones inside
/// `array` or at the top.
///
///     var json = JSONWriter(capacity: 256)
///     json.object {
///         $0.field("id", 7)
///         $0.array("tags") { $0.element("a") }
///     }
///     // json.bytes is {"id":7,"tags":["a"]}
@usableFromInline
package struct JSONWriter: Sendable {
    /// What was written so far. Something other than JSON may be put before it, such as the prefix of a frame.
    package var bytes: [UInt8]
    /// Whether a value precedes on this level.
    private var needsComma = false

    /// Starts an empty buffer.
    package init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Goes on in a buffer that the caller gives away; take it back from `bytes`.
    package init(appendingTo bytes: consuming [UInt8]) {
        self.bytes = bytes
    }

    // MARK: Containers

    /// An object at the top or in an array.
    @inlinable
    package mutating func object<Failure: Error>(
        _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(UInt8(ascii: "{"))
        try members(&self)
        close(UInt8(ascii: "}"))
    }

    /// An array at the top or in an array.
    @inlinable
    package mutating func array<Failure: Error>(
        _ elements: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(UInt8(ascii: "["))
        try elements(&self)
        close(UInt8(ascii: "]"))
    }

    /// An object as a member.
    @inlinable
    package mutating func object<Failure: Error>(
        _ key: StaticString,
        _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.key(key)
        try object(members)
    }

    /// An array as a member.
    @inlinable
    package mutating func array<Failure: Error>(
        _ key: StaticString,
        _ elements: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.key(key)
        try array(elements)
    }

    /// An array of strings as a member.
    package mutating func array(_ key: StaticString, _ strings: [String]) {
        self.key(key)
        open(UInt8(ascii: "["))
        for string in strings {
            element(string)
        }
        close(UInt8(ascii: "]"))
    }

    // MARK: Keys

    /// The key of a member whose value is the next thing written. It must hold nothing that JSON escapes.
    @usableFromInline
    package mutating func key(_ key: StaticString) {
        bytes.append(jsonKey: key, afterComma: needsComma)
        needsComma = false
    }

    /// A key that is known only at run time; its value is the next thing written.
    package mutating func key(dynamic key: String) {
        beginValue()
        bytes.append(jsonText: key.utf8Span.span)
        endKey()
    }

    /// Separates a key from its value.
    mutating func endKey() {
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Levels

    @usableFromInline
    package mutating func open(_ bracket: UInt8) {
        beginValue()
        bytes.append(bracket)
        needsComma = false
    }

    @usableFromInline
    package mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    /// Separates a value from the one before it on its level.
    @inline(__always)
    mutating func beginValue() {
        if needsComma {
            bytes.append(UInt8(ascii: ","))
        }
        needsComma = true
    }
}
