extension StoreError {
    /// A failed file operation in the store's terms.
    init(_ error: SystemError) {
        self.init(error.isNoSpace ? .full : .io, message: error.description)
    }
}

/// Runs file operations whose failure is one of the store's.
func storingFiles<Result: ~Copyable>(_ body: () throws(SystemError) -> Result) throws(StoreError) -> Result {
    do {
        return try body()
    } catch {
        throw StoreError(error)
    }
}
