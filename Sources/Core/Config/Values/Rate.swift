/// So many in such a time: `100/15m`.
package struct Rate: Sendable, Hashable, CustomStringConvertible {
    package let count: Int
    package let window: Duration

    package init(_ count: Int, per window: Duration) {
        self.count = count
        self.window = window
    }

    /// Reads `100/15m`: a count from 1 to 1,000,000,000 in 1 s to 31 days.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = QuantityText.integer(parts[0]), (1...1_000_000_000).contains(count),
            let window = QuantityText.duration(parts[1]), window >= .seconds(1), window <= .seconds(31 * 86_400)
        else { return nil }
        self.init(count, per: window)
    }

    /// The window in nanoseconds.
    package var windowNanoseconds: Int64 {
        let (seconds, attoseconds) = window.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    package var description: String { "\(count)/\(QuantityText.render(window))" }
}
