/// Comparison of secrets.
package enum ConstantTime {
    /// Whether two byte strings are equal, in time that depends on their lengths only: a difference in the first byte
    /// takes as long to find as one in the last. Callers that must hide the length compare digests.
    @inline(never)
    package static func equal(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        guard first.count == second.count else {
            return false
        }
        var difference: UInt8 = 0
        for index in first.indices {
            difference |= first[index] ^ second[index]
        }
        return difference == 0
    }

    /// The same for the UTF-8 of two strings.
    package static func equal(_ first: String, _ second: String) -> Bool {
        equal(Array(first.utf8), Array(second.utf8))
    }
}
