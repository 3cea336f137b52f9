/// How durations and sizes are written: `1h30m`, `500ms`, `10MiB`, `100KB`, `4096`.
package enum QuantityText {
    /// A decimal number without sign, at most 15 digits, so that no later step can overflow.
    package static func integer(_ text: some StringProtocol) -> Int? {
        guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    /// Largest unit first, each at most once; a number without a unit is refused, since nobody can tell what it meant.
    private static let durationUnits: [(name: String, milliseconds: Int)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    private static let sizeUnits: [String: Int] = [
        "": 1, "B": 1, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000,
        "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824,
    ]

    /// Longest duration that is read, 100 years.
    private static let maximumMilliseconds = 36_525 * 86_400_000

    package static func duration(_ text: some StringProtocol) -> Duration? {
        var rest = Substring(text)
        var total = 0
        var nextUnit = 0
        while !rest.isEmpty {
            let (number, unit) = split(&rest)
            guard let number, let position = durationUnits.firstIndex(where: { $0.name == unit }), position >= nextUnit
            else { return nil }
            nextUnit = position + 1
            let (product, overflow) = number.multipliedReportingOverflow(by: durationUnits[position].milliseconds)
            guard !overflow, product <= maximumMilliseconds - total else { return nil }
            total += product
        }
        return nextUnit > 0 ? .milliseconds(total) : nil
    }

    /// Bytes.
    package static func size(_ text: some StringProtocol) -> Int? {
        var rest = Substring(text)
        let (number, unit) = split(&rest)
        guard rest.isEmpty, let number, let factor = sizeUnits[unit] else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    /// The shortest way to write a duration of whole milliseconds.
    package static func render(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        var left = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
        var text = ""
        for (name, milliseconds) in durationUnits where left >= milliseconds {
            text += "\(left / milliseconds)\(name)"
            left %= milliseconds
        }
        return text.isEmpty ? "0s" : text
    }

    /// The shortest way to write a size.
    package static func render(bytes: Int) -> String {
        for (name, factor) in [("GiB", 1_073_741_824), ("MiB", 1_048_576), ("KiB", 1024)]
        where bytes >= factor && bytes % factor == 0 {
            return "\(bytes / factor)\(name)"
        }
        return String(bytes)
    }

    /// Takes one number and the letters behind it off the front.
    private static func split(_ rest: inout Substring) -> (Int?, String) {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        let tail = rest[digits.endIndex...]
        let unit = tail.prefix { !($0.isASCII && $0.isNumber) }
        rest = tail[unit.endIndex...]
        return (integer(digits), String(unit))
    }
}
