/// The byte classes of RFC 9110 and RFC 9112. All of it is inlined into the scanners.
enum HTTPSyntax {
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let comma: UInt8 = 0x2C
    static let slash: UInt8 = 0x2F
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let equals: UInt8 = 0x3D
    static let question: UInt8 = 0x3F
    static let backslash: UInt8 = 0x5C

    /// `tchar` of RFC 9110 section 5.6.2. Letters and `-` are nearly all there is, and tested first; the rest is a bit
    /// set of the ASCII codes below and from 64.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        if isLetter(byte) || byte == 0x2D { return true }
        let set: UInt64 = byte < 64 ? 0x03FF_6CFA_0000_0000 : byte < 128 ? 0x57FF_FFFF_C7FF_FFFE : 0
        return (set &>> UInt64(byte & 63)) & 1 != 0
    }

    /// What a field value may contain: visible ASCII, SP, HTAB and `obs-text` (RFC 9110 section 5.5).
    @inline(__always)
    static func isFieldByte(_ byte: UInt8) -> Bool {
        (byte >= 0x20 && byte != 0x7F) || byte == 0x09
    }

    /// What a request target may contain here: visible ASCII but `#`, for a fragment is never sent.
    @inline(__always)
    static func isTargetByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != 0x23
    }

    /// The index of the first byte from `start` on that no field value may contain, or `end`. The usual case is decided
    /// without a branch a byte: the range up to the next CR is checked as a whole, which the compiler vectorises.
    static func endOfFieldBytes(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        let stop = bytes.firstIndex(of: carriageReturn, in: start..<end) ?? end
        let value = bytes.extracting(start..<stop)
        var bad: UInt8 = 0
        for index in 0..<value.count {
            let byte = value[index]
            let isControl: UInt8 = byte < 0x20 ? 1 : 0
            let isNoTab: UInt8 = byte != 0x09 ? 1 : 0
            let isDelete: UInt8 = byte == 0x7F ? 1 : 0
            bad |= isControl & isNoTab | isDelete
        }
        guard bad != 0 else { return stop }
        var index = start
        while index < stop, isFieldByte(bytes[index]) { index += 1 }
        return index
    }

    /// The index of the first byte from `start` on that no request target may contain, or `end`; likewise.
    static func endOfTargetBytes(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        let stop = bytes.firstIndex(of: space, in: start..<end) ?? end
        let target = bytes.extracting(start..<stop)
        var bad: UInt8 = 0
        for index in 0..<target.count {
            let byte = target[index]
            let isVisible: UInt8 = byte &- 0x21 < 0x5E ? 1 : 0
            let isHash: UInt8 = byte == 0x23 ? 1 : 0
            bad |= isVisible ^ 1 | isHash
        }
        guard bad != 0 else { return stop }
        var index = start
        while index < stop, isTargetByte(bytes[index]) { index += 1 }
        return index
    }

    /// SP or HTAB (`OWS`).
    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }

    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26
    }

    /// Whether a range is one token: not empty, and of `tchar` only.
    static func isToken(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
        for index in range where !isToken(bytes[index]) {
            return false
        }
        return !range.isEmpty
    }

    /// The range up to the next comma, trimmed, and where the one after it starts (past the end: none left). Quotes
    /// are not looked at; this is for lists of tokens (RFC 9110 section 5.6.1).
    static func nextListElement(
        _ bytes: Span<UInt8>,
        from start: Int,
        to end: Int
    ) -> (element: Range<Int>, next: Int) {
        let stop = bytes.firstIndex(of: comma, in: start..<end) ?? end
        return (bytes.trimmingOWS(start..<stop), stop + 1)
    }

    /// A field value as text: UTF-8 where it is well formed, else ISO-8859-1 (RFC 9110 section 5.5).
    static func text(_ bytes: Span<UInt8>, in range: Range<Int>) -> String {
        if let text = String(decodingUTF8: bytes, in: range) {
            return text
        }
        var text = ""
        for index in range {
            text.unicodeScalars.append(Unicode.Scalar(bytes[index]))
        }
        return text
    }
}
