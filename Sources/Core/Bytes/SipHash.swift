/// SipHash-2-4 of one 64-bit word (Aumasson and Bernstein, 2012): a keyed function that cannot be told from a random one
/// without its key, and costs some 20 ns.
package struct SipHash: Sendable {
    private let key: (UInt64, UInt64)

    package init(key first: UInt64, _ second: UInt64) {
        key = (first, second)
    }

    /// The hash of the word's eight bytes, lowest first.
    package func callAsFunction(_ word: UInt64) -> UInt64 {
        var v0 = key.0 ^ 0x736f_6d65_7073_6575
        var v1 = key.1 ^ 0x646f_7261_6e64_6f6d
        var v2 = key.0 ^ 0x6c79_6765_6e65_7261
        var v3 = key.1 ^ 0x7465_6462_7974_6573

        func round() {
            v0 &+= v1
            v1 = v1 << 13 | v1 >> 51
            v1 ^= v0
            v0 = v0 << 32 | v0 >> 32
            v2 &+= v3
            v3 = v3 << 16 | v3 >> 48
            v3 ^= v2
            v0 &+= v3
            v3 = v3 << 21 | v3 >> 43
            v3 ^= v0
            v2 &+= v1
            v1 = v1 << 17 | v1 >> 47
            v1 ^= v2
            v2 = v2 << 32 | v2 >> 32
        }

        // The input's length, eight, is in the highest byte of the last word.
        let end: UInt64 = 8 << 56
        v3 ^= word
        round()
        round()
        v0 ^= word
        v3 ^= end
        round()
        round()
        v0 ^= end
        v2 ^= 0xff
        round()
        round()
        round()
        round()
        return v0 ^ v1 ^ v2 ^ v3
    }
}
