extension String {
    /// The first `digits` lower-case hex digits of a 128-bit number, built in place.
    init(hexOf high: UInt64, _ low: UInt64, digits: Int) {
        self.init(unsafeUninitializedCapacity: digits) { buffer in
            for index in 0..<digits {
                let word = index < 16 ? high : low
                let nibble = UInt8(truncatingIfNeeded: word >> UInt64((15 - index % 16) * 4)) & 0xf
                buffer[index] = nibble < 10 ? 0x30 + nibble : 0x57 + nibble
            }
            return digits
        }
    }
}
