/// Validates UTF-8 that comes in pieces, refusing at the earliest byte that no well-formed text could have there
/// (Unicode 3.9, table 3-7): overlong forms, surrogates and everything past U+10FFFF fail on their second byte. RFC 6455
/// 8.1 wants this of WebSocket text, whose frames may cut a character in two.
package struct UTF8Validator: Sendable {
    /// Continuation bytes still to come for the character in work.
    private var remaining: UInt8 = 0
    /// What the next continuation byte must lie between; narrower than 0x80…0xBF right after some lead bytes.
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF
    private var failed = false

    package init() {}

    /// Whether the text fed so far is well formed and ends at the end of a character.
    package var isComplete: Bool {
        remaining == 0 && !failed
    }

    /// Takes the next piece. False once any byte so far was wrong, and from then on.
    package mutating func feed(_ bytes: Span<UInt8>) -> Bool {
        firstInvalidIndex(feeding: bytes) == nil
    }

    /// Takes the next piece; the index in it of the first byte that is wrong, or nil. After a failure every later piece
    /// fails at 0.
    package mutating func firstInvalidIndex(feeding bytes: Span<UInt8>) -> Int? {
        guard !failed else {
            return 0
        }
        let stop = unsafe bytes.withUnsafeBytes { unsafe scan($0) }
        failed = stop < bytes.count
        return failed ? stop : nil
    }

    /// The index of the first wrong byte, or the count.
    private mutating func scan(_ bytes: UnsafeRawBufferPointer) -> Int {
        var index = 0
        while index < bytes.count {
            let byte = unsafe bytes[index]
            if remaining > 0 {
                guard byte >= lowest, byte <= highest else {
                    return index
                }
                remaining &-= 1
                lowest = 0x80
                highest = 0xBF
                index &+= 1
            } else if byte < 0x80 {
                index = unsafe ByteScan.endOfASCII(in: bytes, index..<bytes.count)
            } else {
                guard start(byte) else {
                    return index
                }
                index &+= 1
            }
        }
        return index
    }

    /// Takes a lead byte; false when it cannot be one.
    private mutating func start(_ lead: UInt8) -> Bool {
        switch lead {
        case 0xC2...0xDF:
            remaining = 1
        case 0xE0...0xEF:
            remaining = 2
            lowest = lead == 0xE0 ? 0xA0 : 0x80
            highest = lead == 0xED ? 0x9F : 0xBF
        case 0xF0...0xF4:
            remaining = 3
            lowest = lead == 0xF0 ? 0x90 : 0x80
            highest = lead == 0xF4 ? 0x8F : 0xBF
        default:
            return false
        }
        return true
    }
}
