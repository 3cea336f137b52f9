/// XORs bytes with four others that repeat, 32 at a time: byte by byte it would cost more than everything else that is
/// done to a message.
enum RepeatingXOR {
    /// Changes the bytes from `start` on. The lowest byte of `key` falls on `start`.
    static func apply(_ key: UInt32, to bytes: inout [UInt8], from start: Int) {
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        let count = raw.byteCount
        let littleEndianKey = key.littleEndian
        let word = UInt64(littleEndianKey) << 32 | UInt64(littleEndianKey)
        let block = SIMD4<UInt64>(repeating: word)
        var index = start
        // The loads are checked against the bounds; they are called unsafe because other types than plain integers
        // could be asked for.
        while count &- index >= 32 {
            let changed = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self)
            raw.storeBytes(of: changed ^ block, toByteOffset: index, as: SIMD4<UInt64>.self)
            index &+= 32
        }
        while count &- index >= 8 {
            let changed = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            raw.storeBytes(of: changed ^ word, toByteOffset: index, as: UInt64.self)
            index &+= 8
        }
        var rest = key
        while index < count {
            let changed = unsafe raw.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            raw.storeBytes(of: changed ^ UInt8(truncatingIfNeeded: rest), toByteOffset: index, as: UInt8.self)
            rest = rest >> 8 | rest << 24
            index &+= 1
        }
    }
}
