/// One upload on its way to the disk: written as it comes, hashed along the way, never whole in memory. Confined to
/// the lane that receives it.
package final class BlobWriter {
    private let path: String
    /// Nil once it was handed over.
    private var file: FileDescriptor?
    private var hasher = SHA256Hasher()
    private var isFinished = false
    /// Received and not written yet: sockets deliver small pieces.
    private var pending: [UInt8] = []
    private static let pieceBytes = 128 << 10
    /// Bytes so far.
    package private(set) var size = 0

    init(path: String) throws(SystemError) {
        self.path = path
        file = try Files.open(path, .createNew(permissions: 0o640))
    }

    package func write(_ bytes: Span<UInt8>) throws(SystemError) {
        hasher.update(bytes)
        size += bytes.count
        if pending.isEmpty { pending.reserveCapacity(Self.pieceBytes) }
        pending.append(bytes: bytes)
        if pending.count >= Self.pieceBytes { try writePending() }
    }

    private func writePending() throws(SystemError) {
        guard let open = file.take() else { return }
        let piece = pending
        defer { file = consume open }
        try Files.write(piece.span, to: open)
        pending.removeAll(keepingCapacity: true)
    }

    /// The whole file, staged.
    package func finish() throws(SystemError) -> StagedBlob {
        try writePending()
        pending = []
        guard let open = file.take() else { throw SystemError(code: 9, operation: "finish an upload twice") }
        isFinished = true
        return StagedBlob(path: path, file: open, hash: hasher.finish(), size: size)
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
