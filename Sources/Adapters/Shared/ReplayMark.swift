import Core

extension Response {
    /// Says of the answer to a retried request that nothing was done again.
    func markingReplay(_ isReplay: Bool) -> Response {
        isReplay ? adding("Idempotent-Replayed", "true") : self
    }
}
