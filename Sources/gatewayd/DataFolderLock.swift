import Core

/// One daemon per data folder: the lock is the kernel's and goes with the process, however it ends.
final class DataFolderLock {
    private var file: FileDescriptor?

    init(_ folder: String) throws {
        guard let file = try Self.acquire(folder) else {
            throw Failure("another gatewayd is using '\(folder)'; stop it or pass another --data")
        }
        self.file = consume file
    }

    /// The lock, or nil while somebody else holds it.
    static func acquire(_ folder: String) throws -> FileDescriptor? {
        let file = try Files.open(folder + "/lock", .create(permissions: 0o640))
        return try Files.lockExclusively(file) ? file : nil
    }

    func release() { file = nil }
}
