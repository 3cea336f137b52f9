package struct SweepResult: Sendable {
    /// Hashes that no row names any more.
    package var releasedHashes: [[UInt8]]
    /// Whether a limit was reached: sweep again soon.
    package var hasMore: Bool

    package init(releasedHashes: [[UInt8]], hasMore: Bool) {
        self.releasedHashes = releasedHashes
        self.hasMore = hasMore
    }
}
