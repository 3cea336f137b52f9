import Core

/// Numbers in queries: page and limit.
extension QueryItems {
    /// A number from 1; a larger one than `maximum` is cut to it. Zero, signs and anything but digits are refused.
    func positiveNumber(
        _ name: String,
        default fallback: Int,
        atMost maximum: Int = 1_000_000_000_000_000
    ) throws(Rejection) -> Int {
        guard let text = first(name) else { return fallback }
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw .invalid(name, "\(name) must be a positive number")
        }
        // So many digits that it does not fit is still a number.
        let number = Int(text) ?? .max
        guard number > 0 else { throw .invalid(name, "\(name) must be a positive number") }
        return min(number, maximum)
    }
}
