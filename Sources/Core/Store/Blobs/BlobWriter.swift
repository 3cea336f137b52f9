/// One upload on its way to the disk: written as it comes, hashed along the way, never whole in memory. Confined to
/// the lane that receives it.
package final class BlobWriter {
    private let path: String
    private let file: FileDescriptor
    private var hasher = SHA256Hasher()
    private var isFinished = false
    /// Bytes so far.
    package private(set) var size = 0

    init(path: String) throws(SystemError) {
        self.path = path
        file = try Files.open(path, .createNew(permissions: 0o640))
    }

    package func write(_ bytes: Span<UInt8>) throws(SystemError) {
        try Files.write(bytes, to: file)
        hasher.update(bytes)
        size += bytes.count
    }

    /// The whole file, staged.
    package func finish() -> StagedBlob {
        isFinished = true
        return StagedBlob(path: path, hash: hasher.finish(), size: size)
    }

    /// Drops the file.
    package func discard() {
        guard !isFinished else { return }
        isFinished = true
        // It lies among the incoming files, which are removed at the next start at the latest.
        _ = try? Files.unlink(path)
    }

    deinit { discard() }
}
