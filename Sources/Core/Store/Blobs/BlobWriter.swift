/// One upload on its way to the disk: written as it comes, hashed along the way, never whole in memory. Confined to
/// the lane that receives it.
package final class BlobWriter {
    private let path: String
    private let file: StagedFile
    private var hasher = SHA256Hasher()
    private var isFinished = false
    /// Received and not written yet: sockets deliver small pieces.
    private var pending: [UInt8] = []
    private static let pieceBytes = 128 << 10
    /// Bytes so far.
    package private(set) var size = 0

    init(path: String) throws(SystemError) {
        self.path = path
        file = StagedFile(try Files.open(path, .createNew(permissions: 0o640)))
    }

    package func write(_ bytes: Span<UInt8>) throws(SystemError) {
        hasher.update(bytes)
        size += bytes.count
        if pending.isEmpty { pending.reserveCapacity(Self.pieceBytes) }
        pending.append(bytes: bytes)
        if pending.count >= Self.pieceBytes { try writePending() }
    }

    private func writePending() throws(SystemError) {
        // Moved out while it is written, so that its memory is kept and not copied.
        var piece: [UInt8] = []
        swap(&piece, &pending)
        try Files.write(piece.span, to: file.descriptor)
        piece.removeAll(keepingCapacity: true)
        swap(&piece, &pending)
    }

    /// The whole file, staged.
    package func finish() throws(SystemError) -> StagedBlob {
        try writePending()
        pending = []
        isFinished = true
        return StagedBlob(path: path, file: file, hash: hasher.finish(), size: size)
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
