/// The two forms of a P-256 signature: the pair r ‖ s of 32 bytes each (RFC 7518, section 3.4), and the DER structure
/// `SEQUENCE { r INTEGER, s INTEGER }` that OpenSSL works with (RFC 3279, section 2.2.3).
///
///     30 44                           a sequence of 68 bytes
///        02 20  4f…                   r: 32 bytes, its first bit clear
///        02 20  1b…                   s
///
/// An integer loses leading zero bytes and gets one when its first bit is set, since DER integers have a sign; so the
/// structure has 8 to 72 bytes and its lengths always fit in one byte.
enum ECDSASignature {
    private static let integerLength = 32
    private static let sequenceTag: UInt8 = 0x30
    private static let integerTag: UInt8 = 0x02

    /// DER from the pair; nil unless it has 64 bytes.
    static func structure(ofPair pair: Span<UInt8>) -> [UInt8]? {
        guard pair.count == 2 * integerLength else {
            return nil
        }
        var body: [UInt8] = []
        appendInteger(pair, 0..<integerLength, to: &body)
        appendInteger(pair, integerLength..<2 * integerLength, to: &body)
        return [sequenceTag, UInt8(body.count)] + body
    }

    /// The pair from DER; nil for anything but two positive integers of at most 32 bytes.
    static func pair(ofStructure structure: Span<UInt8>) -> [UInt8]? {
        guard structure.count >= 2, structure[0] == sequenceTag, Int(structure[1]) == structure.count - 2 else {
            return nil
        }
        var pair: [UInt8] = []
        var offset = 2
        guard takeInteger(structure, &offset, into: &pair), takeInteger(structure, &offset, into: &pair) else {
            return nil
        }
        return offset == structure.count ? pair : nil
    }

    private static func appendInteger(_ pair: Span<UInt8>, _ range: Range<Int>, to body: inout [UInt8]) {
        var start = range.lowerBound
        while start < range.upperBound - 1, pair[start] == 0 {
            start += 1
        }
        let needsZero = pair[start] >= 0x80
        body.append(integerTag)
        body.append(UInt8(range.upperBound - start + (needsZero ? 1 : 0)))
        if needsZero {
            body.append(0)
        }
        for index in start..<range.upperBound {
            body.append(pair[index])
        }
    }

    private static func takeInteger(_ structure: Span<UInt8>, _ offset: inout Int, into pair: inout [UInt8]) -> Bool {
        guard offset + 2 <= structure.count, structure[offset] == integerTag else {
            return false
        }
        let end = offset + 2 + Int(structure[offset + 1])
        var start = offset + 2
        guard start < end, end <= structure.count, structure[start] < 0x80 else {
            return false
        }
        while start < end, structure[start] == 0 {
            start += 1
        }
        guard end - start <= integerLength else {
            return false
        }
        for _ in 0..<integerLength - (end - start) {
            pair.append(0)
        }
        for index in start..<end {
            pair.append(structure[index])
        }
        offset = end
        return true
    }
}
