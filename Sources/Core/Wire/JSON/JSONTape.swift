/// A validated text as a flat list of values in document order, so that reading one costs no tree of objects and
/// skipping one costs a single step. The text `{"id":7,"tags":["a","\n"]}` gives
///
///     index  kind           offset  length  count  next
///     0      object              0      26      2     7
///     1      string              2       2      -     2   id
///     2      integer             6       1      -     3   7
///     3      string              9       4      -     4   tags
///     4      array              15      10      2     7
///     5      string             17       1      -     6   a
///     6      escapedString      21       2      -     7   \n
///
/// Offset and length of a string leave out its quotes. The members of an object are a key and a value by turns; the
/// value after a key is the next entry, the key after that is at the value's `next`.
struct JSONTape: Sendable {
    /// The longest text: with it a count fits its 28 bits, as n elements need 2n + 1 bytes.
    static let maximumLength = 1 << 29

    /// What an entry is.
    enum Kind: UInt32 {
        case null
        case `false`
        case `true`
        /// A number without fraction and exponent.
        case integer
        /// A number with either.
        case decimal
        /// A string whose bytes are its text.
        case string
        /// A string with escapes in it.
        case escapedString
        case array
        case object
    }

    /// One value or key; 16 bytes.
    struct Entry: Sendable {
        var offset: UInt32
        var length: UInt32
        /// The index after this value and all inside it. While a container is open: the index of the one around it.
        var next: UInt32
        /// The kind in the low four bits, above it the number of elements or members of a container.
        private(set) var kindAndCount: UInt32

        init(_ kind: Kind, offset: Int, length: Int, next: Int) {
            self.offset = UInt32(truncatingIfNeeded: offset)
            self.length = UInt32(truncatingIfNeeded: length)
            self.next = UInt32(truncatingIfNeeded: next)
            kindAndCount = kind.rawValue
        }

        var kind: Kind {
            // Only `init` sets these bits, so the fallback is never taken.
            Kind(rawValue: kindAndCount & 15) ?? .null
        }

        var isObject: Bool {
            kindAndCount & 15 == Kind.object.rawValue
        }

        var count: Int {
            get { Int(kindAndCount >> 4) }
            set { kindAndCount = UInt32(truncatingIfNeeded: newValue) << 4 | kindAndCount & 15 }
        }

        /// Where in the text the value lies; without the quotes of a string.
        var range: Range<Int> {
            Int(offset)..<Int(offset) + Int(length)
        }
    }
}
