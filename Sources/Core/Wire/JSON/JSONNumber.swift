/// The values of numbers, from text that is known to be a JSON number.
enum JSONNumber {
    /// The exact value of a number without fraction and exponent, or nil when it does not fit.
    static func int(_ bytes: [UInt8], in range: Range<Int>) -> Int? {
        let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
        var value = 0
        for index in (isNegative ? range.lowerBound + 1 : range.lowerBound)..<range.upperBound {
            let digit = Int(bytes[index] &- UInt8(ascii: "0"))
            let (product, productOverflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = product.addingReportingOverflow(isNegative ? -digit : digit)
            guard !productOverflow, !sumOverflow else {
                return nil
            }
            value = sum
        }
        return value
    }

    /// The exact value of a number whose value is whole however it is written (`5.0`, `1e2`, `120e-1`), or nil when it
    /// is not whole or does not fit.
    static func integral(_ bytes: [UInt8], in range: Range<Int>) -> Int? {
        let parts = Parts(bytes, range)
        // Zeros at the end of the digits go to the exponent, so that what is left must not be scaled down.
        var exponent = parts.exponent - parts.fractionCount
        var end = parts.digits.upperBound
        while end > parts.digits.lowerBound, bytes[end - 1] == UInt8(ascii: "0") || bytes[end - 1] == UInt8(ascii: ".")
        {
            end -= 1
            exponent += bytes[end] == UInt8(ascii: "0") ? 1 : 0
        }
        var value = 0
        for index in parts.digits.lowerBound..<end where bytes[index] != UInt8(ascii: ".") {
            let digit = Int(bytes[index] &- UInt8(ascii: "0"))
            let (product, productOverflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = product.addingReportingOverflow(parts.isNegative ? -digit : digit)
            guard !productOverflow, !sumOverflow else {
                return nil
            }
            value = sum
        }
        if value == 0 {
            return 0
        }
        // No value that fits needs more than 18 zeros behind it.
        guard (0...18).contains(exponent) else {
            return nil
        }
        for _ in 0..<exponent {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else {
                return nil
            }
            value = product
        }
        return value
    }

    /// The nearest double, or nil when the number is too large for one.
    static func double(_ bytes: [UInt8], in range: Range<Int>) -> Double? {
        guard let text = String(decodingUTF8: bytes, in: range), let value = Double(text), value.isFinite else {
            return nil
        }
        return value
    }

    /// A number taken apart.
    private struct Parts {
        let isNegative: Bool
        /// The digits before the exponent, the decimal point among them.
        let digits: Range<Int>
        /// How many digits stand behind the decimal point.
        let fractionCount: Int
        /// Held within ±2^40, more than any text has digits.
        let exponent: Int

        init(_ bytes: [UInt8], _ range: Range<Int>) {
            isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
            let start = isNegative ? range.lowerBound + 1 : range.lowerBound
            var index = start
            var point: Int?
            while index < range.upperBound, bytes[index] | 0x20 != UInt8(ascii: "e") {
                if bytes[index] == UInt8(ascii: ".") {
                    point = index
                }
                index += 1
            }
            digits = start..<index
            fractionCount = point.map { [index] in index - $0 - 1 } ?? 0
            index += 1
            var magnitude = 0
            var isDown = false
            while index < range.upperBound {
                if bytes[index].isASCIIDigit {
                    magnitude = min(magnitude * 10 + Int(bytes[index] &- UInt8(ascii: "0")), 1 << 40)
                } else {
                    isDown = bytes[index] == UInt8(ascii: "-")
                }
                index += 1
            }
            exponent = isDown ? -magnitude : magnitude
        }
    }
}
