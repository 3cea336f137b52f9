/// Scans that look at eight bytes at a time. They return the end of the range when nothing was found, which saves
/// the callers' inner loops an optional.
enum ByteScan {
    private static let lowBits: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// The index of the first `byte` in `range`, or its end.
    @unsafe static func index(of byte: UInt8, in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int {
        let pattern = lowBits &* UInt64(byte)
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            // A byte of `difference` is zero where the bytes are equal; the lowest flag set is exact.
            let difference = word ^ pattern
            let flags = (difference &- lowBits) & ~difference & highBits
            if flags != 0 {
                return index &+ flags.trailingZeroBitCount &>> 3
            }
            index &+= 8
        }
        while index < range.upperBound, unsafe bytes[index] != byte {
            index &+= 1
        }
        return index
    }

    /// The index of the first byte in `range` that is not ASCII, or its end.
    @unsafe static func endOfASCII(in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let flags = word & highBits
            if flags != 0 {
                return index &+ flags.trailingZeroBitCount &>> 3
            }
            index &+= 8
        }
        while index < range.upperBound, unsafe bytes[index] < 0x80 {
            index &+= 1
        }
        return index
    }

    /// The index of the first byte in `range` that is not ASCII or that a JSON string cannot hold as it is (a quote, a
    /// backslash, a control character below 0x20); else the end of the range.
    @inline(__always)
    @unsafe static func endOfPlainASCIIJSON(in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let flags = flagsOfSpecialJSON(word, stoppingAtNonASCII: true)
            if flags != 0 {
                return index &+ flags.trailingZeroBitCount &>> 3
            }
            index &+= 8
        }
        while index < range.upperBound {
            let byte = unsafe bytes[index]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C || byte >= 0x80 {
                return index
            }
            index &+= 1
        }
        return index
    }

    /// Copies bytes up to the first that a JSON string cannot hold as it is; returns how many. The target must have room
    /// for all; what lies behind the copied bytes in it may be overwritten.
    @inline(__always)
    @unsafe static func copyPlainJSON(
        from source: UnsafeRawBufferPointer,
        to target: UnsafeMutableRawBufferPointer
    ) -> Int {
        var index = 0
        while index &+ 8 <= source.count {
            let word = unsafe source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            unsafe target.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
            let flags = flagsOfSpecialJSON(UInt64(littleEndian: word), stoppingAtNonASCII: false)
            if flags != 0 {
                return index &+ flags.trailingZeroBitCount &>> 3
            }
            index &+= 8
        }
        while index < source.count {
            let byte = unsafe source[index]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C {
                return index
            }
            unsafe target[index] = byte
            index &+= 1
        }
        return index
    }

    /// The high bit of each byte that is special to JSON strings; only the lowest one set is sure to be exact, because
    /// a subtraction may borrow from the byte above a match.
    @inline(__always)
    private static func flagsOfSpecialJSON(_ word: UInt64, stoppingAtNonASCII: Bool) -> UInt64 {
        let quote = word ^ (lowBits &* 0x22)
        let backslash = word ^ (lowBits &* 0x5C)
        let control = word &- (lowBits &* 0x20)
        let ascii = ((quote &- lowBits) | (backslash &- lowBits) | control) & ~word & highBits
        return stoppingAtNonASCII ? ascii | (word & highBits) : ascii
    }
}
