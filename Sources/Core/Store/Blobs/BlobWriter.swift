/// One upload on its way to the disk: digested as it comes, never whole in memory unless it is small. Confined to the
/// lane that receives it.
package final class BlobWriter {
    /// What is kept in memory before the first write. A content of more goes to a file of its own.
    package static let pieceBytes = 128 << 10

    private let packs: PackFolder
    private let makeFile: () throws(SystemError) -> StagedFile
    private var hasher: ContentHasher
    private var isFinished = false
    /// Nil as long as the content may be a small one.
    private var file: StagedFile?
    /// Received and not written yet: sockets deliver small pieces. Before the first write, room for a pack's header
    /// stands in front.
    private var pending: [UInt8] = []
    private var headerBytes = BlobHeader.byteCount
    /// Bytes so far.
    package private(set) var size = 0

    init(hasher: consuming ContentHasher, packs: PackFolder, makeFile: @escaping () throws(SystemError) -> StagedFile) {
        self.hasher = hasher
        self.packs = packs
        self.makeFile = makeFile
    }

    package func write(_ bytes: Span<UInt8>) throws(SystemError) {
        hasher.update(bytes)
        size += bytes.count
        if pending.isEmpty { makeRoom() }
        var start = 0
        while start < bytes.count {
            if pending.count == headerBytes + Self.pieceBytes { try writePending() }
            let end = min(bytes.count, start + headerBytes + Self.pieceBytes - pending.count)
            pending.append(bytes: bytes, in: start..<end)
            start = end
        }
    }

    private func makeRoom() {
        pending.reserveCapacity(headerBytes + Self.pieceBytes)
        for _ in 0..<headerBytes { pending.append(0) }
    }

    private func writePending() throws(SystemError) {
        if file == nil { file = try makeFile() }
        // Moved out while it is written, so that its memory is kept and not copied.
        var piece: [UInt8] = []
        swap(&piece, &pending)
        try file?.write(piece.span.extracting(headerBytes...))
        piece.removeAll(keepingCapacity: true)
        swap(&piece, &pending)
        headerBytes = 0
    }

    /// The whole file, staged.
    package func finish() throws(SystemError) -> StagedBlob {
        defer { pending = [] }
        let digest = hasher.finish()
        isFinished = true
        if file != nil { try writePending() }
        if let file { return StagedBlob(file, digest: digest, size: size) }
        if pending.isEmpty { makeRoom() }
        return StagedBlob(try packs.write(&pending, digest: digest), digest: digest, size: size)
    }

    /// Drops what came.
    package func discard() {
        guard !isFinished else { return }
        isFinished = true
        pending = []
        file?.remove()
    }

    deinit { discard() }
}
