import Synchronization

/// Names one encoding of events, so that its bytes are made once for each event and shared.
package enum EncodingKey {
    private static let last = Atomic<Int>(0)

    /// A key that nobody else in this process has.
    package static func make() -> Int { last.add(1, ordering: .relaxed).newValue }
}
