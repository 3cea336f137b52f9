/// Writing into a byte buffer without passing through intermediate strings. These run for every reply, so each
/// copies in one block and allocates only what the buffer itself needs to grow.
extension Array where Element == UInt8 {
    /// Appends a literal; meant for the fixed parts of a protocol.
    package mutating func append(ascii literal: StaticString) {
        literal.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }

    /// Appends the UTF-8 of a string.
    package mutating func append(utf8 string: String) {
        var string = string
        string.withUTF8 { unsafe append(contentsOf: $0) }
    }

    /// Appends a block of bytes.
    package mutating func append(bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Appends a part of a block of bytes. The range must lie inside the span.
    package mutating func append(bytes: Span<UInt8>, in range: Range<Int>) {
        append(bytes: bytes.extracting(range))
    }

    /// Appends a slice of an array.
    package mutating func append(bytes: ArraySlice<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Appends a number in decimal.
    package mutating func append(decimal number: Int) {
        if number < 0 {
            append(UInt8(ascii: "-"))
        }
        append(decimal: UInt64(number.magnitude))
    }

    /// Appends a number in decimal.
    package mutating func append(decimal number: UInt64) {
        if number < 10 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number))
            return
        }
        // 2^64 - 1 has 20 digits.
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = number
            var start = 20
            repeat {
                start -= 1
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                unsafe digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
                rest = quotient
            } while rest != 0
            unsafe append(contentsOf: UnsafeBufferPointer(rebasing: digits[start..<20]))
        }
    }

    /// Appends a number in lower case hexadecimal without leading zeros, as chunk sizes are written (RFC 9112 7.1).
    package mutating func append(hex number: UInt) {
        var shift = (UInt.bitWidth - 1 - number.leadingZeroBitCount) & ~3
        if number == 0 {
            shift = 0
        }
        while shift >= 0 {
            append(Hex.digit(UInt8(truncatingIfNeeded: number >> UInt(shift)) & 15))
            shift -= 4
        }
    }
}

extension String {
    /// Decodes UTF-8; nil when the bytes are not well formed. Nothing is repaired.
    package init?(decodingUTF8 bytes: Span<UInt8>) {
        guard let valid = try? UTF8Span(validating: bytes) else {
            return nil
        }
        self.init(copying: valid)
    }

    /// Decodes a part of a block of UTF-8; nil when the bytes are not well formed.
    package init?(decodingUTF8 bytes: Span<UInt8>, in range: Range<Int>) {
        self.init(decodingUTF8: bytes.extracting(range))
    }

    /// Decodes UTF-8; nil when the bytes are not well formed.
    package init?(decodingUTF8 bytes: [UInt8]) {
        self.init(decodingUTF8: bytes.span)
    }

    /// Decodes a part of an array of UTF-8; nil when the bytes are not well formed.
    package init?(decodingUTF8 bytes: [UInt8], in range: Range<Int>) {
        self.init(decodingUTF8: bytes.span.extracting(range))
    }

    /// Decodes a slice of UTF-8; nil when the bytes are not well formed.
    package init?(decodingUTF8 bytes: ArraySlice<UInt8>) {
        self.init(decodingUTF8: bytes.span)
    }
}
