/// Masking of payloads (RFC 6455 5.3).
enum WebSocketMask {
    /// XORs the bytes from `start` on with the four key bytes. The lowest byte of `key` is the first on the wire and
    /// falls on `start`.
    static func apply(_ key: UInt32, to bytes: inout [UInt8], from start: Int) {
        RepeatingXOR.apply(key, to: &bytes, from: start)
    }

    /// The key as it falls on the byte that follows `count` masked bytes.
    static func advance(_ key: UInt32, by count: Int) -> UInt32 {
        let bits = UInt32(truncatingIfNeeded: count & 3) * 8
        return bits == 0 ? key : key >> bits | key << (32 - bits)
    }
}
