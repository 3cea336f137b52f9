import Core

/// One daemon per data folder: the lock is the kernel's and goes with the process, however it ends.
final class DataFolderLock {
    private var file: FileDescriptor?

    private init(_ file: consuming FileDescriptor) {
        self.file = consume file
    }

    /// The lock, or nil while somebody else holds it.
    static func taken(_ folder: String) throws -> DataFolderLock? {
        let file = try Files.open(folder + "/lock", .create(permissions: 0o640))
        guard try Files.lockExclusively(file) else { return nil }
        return DataFolderLock(file)
    }

    func release() { file = nil }
}
