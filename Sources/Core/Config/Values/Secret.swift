/// A value that must not be seen: printing, interpolating or dumping it shows nothing.
///
/// Equality serves only to see whether a file changed; who checks credentials compares them in constant time.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package let value: String
    /// Whether it is still the `:-default` written in the file, which anybody may know.
    package let isDefault: Bool

    package init(_ value: String, isDefault: Bool = false) {
        self.value = value
        self.isDefault = isDefault
    }

    package var description: String { "[secret]" }
    package var debugDescription: String { "[secret]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
