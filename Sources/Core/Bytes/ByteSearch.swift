/// Finding and comparing bytes inside a span. Ranges are indices of the span and must lie inside it.
extension Span where Element == UInt8 {
    /// The first index of a byte, or nil.
    package func firstIndex(of byte: UInt8) -> Int? {
        firstIndex(of: byte, in: 0..<count)
    }

    /// The first index of a byte in a range, or nil.
    package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        precondition(range.upperBound <= count)
        let index = unsafe withUnsafeBytes { unsafe ByteScan.index(of: byte, in: $0, range) }
        return index < range.upperBound ? index : nil
    }

    /// The index of the CR of the first CRLF that lies wholly in a range, or nil.
    package func firstCRLF(in range: Range<Int>) -> Int? {
        var start = range.lowerBound
        while let lineFeed = firstIndex(of: 10, in: start..<range.upperBound) {
            if lineFeed > range.lowerBound, self[lineFeed - 1] == 13 {
                return lineFeed - 1
            }
            start = lineFeed + 1
        }
        return nil
    }

    /// Whether a range holds exactly the bytes of a literal.
    package func equals(_ literal: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == literal.utf8CodeUnitCount, range.upperBound <= count else {
            return false
        }
        return literal.withUTF8Buffer { expected in
            for offset in 0..<expected.count where unsafe self[range.lowerBound + offset] != expected[offset] {
                return false
            }
            return true
        }
    }

    /// Whether the whole span holds exactly the bytes of a literal.
    package func equals(_ literal: StaticString) -> Bool {
        equals(literal, in: 0..<count)
    }

    /// Whether a range equals a literal when the case of ASCII letters is ignored.
    package func equalsIgnoringASCIICase(_ literal: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == literal.utf8CodeUnitCount, range.upperBound <= count else {
            return false
        }
        return literal.withUTF8Buffer { expected in
            for offset in 0..<expected.count
            where unsafe self[range.lowerBound + offset].asciiLowercased != expected[offset].asciiLowercased {
                return false
            }
            return true
        }
    }

    /// Whether the whole span equals a literal when the case of ASCII letters is ignored.
    package func equalsIgnoringASCIICase(_ literal: StaticString) -> Bool {
        equalsIgnoringASCIICase(literal, in: 0..<count)
    }

    /// Whether two ranges of two spans hold the same bytes.
    package func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else {
            return false
        }
        for index in indices where self[index] != other[index] {
            return false
        }
        return true
    }

    /// A range without the spaces and tabs at both ends: optional white space in RFC 9110 5.6.3.
    package func trimmingOWS(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, self[start] == 32 || self[start] == 9 {
            start += 1
        }
        while start < end, self[end - 1] == 32 || self[end - 1] == 9 {
            end -= 1
        }
        return start..<end
    }

    /// The value of a range of one or more decimal digits and nothing else; nil on overflow as well.
    package func decimal(in range: Range<Int>) -> Int? {
        guard !range.isEmpty else {
            return nil
        }
        var value = 0
        for index in range {
            let digit = self[index] &- UInt8(ascii: "0")
            let (product, productOverflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = product.addingReportingOverflow(Int(digit))
            guard digit < 10, !productOverflow, !sumOverflow else {
                return nil
            }
            value = sum
        }
        return value
    }

    /// The value of a range of one or more hexadecimal digits and nothing else; nil on overflow as well.
    package func hexadecimal(in range: Range<Int>) -> Int? {
        guard !range.isEmpty else {
            return nil
        }
        var value = 0
        for index in range {
            guard let digit = Hex.value(self[index]), value <= Int.max >> 4 else {
                return nil
            }
            value = value << 4 | Int(digit)
        }
        return value
    }
}

extension UInt8 {
    /// The byte with an ASCII capital letter made small; every other byte is itself.
    @inlinable package var asciiLowercased: UInt8 {
        self &- 65 < 26 ? self | 32 : self
    }

    /// Whether this is one of `0`…`9`.
    @inlinable package var isASCIIDigit: Bool {
        self &- 48 < 10
    }
}
