import Synchronization

/// A received file that is whole and not kept yet. Whoever holds it last without keeping it removes it.
package final class StagedBlob: Sendable {
    private enum Fate { case waiting, kept, gone }
    private enum Place {
        case own(StagedFile)
        case packed(PackedPlace)
    }

    /// The id of the blob that it becomes.
    package let hash: [UInt8]
    package let size: Int
    private let place: Place
    private let fate = Mutex(Fate.waiting)

    init(_ file: StagedFile, digest: [UInt8], size: Int) {
        hash = digest
        self.size = size
        place = .own(file)
    }

    init(_ packed: PackedPlace, digest: [UInt8], size: Int) {
        hash = BlobID.packed(digest: digest, pack: packed.pack.number, offset: packed.range.lowerBound)
        self.size = size
        place = .packed(packed)
    }

    /// Its bytes, to look at.
    package func open() throws(SystemError) -> FileReference {
        guard fate.withLock({ $0 == .waiting }) else {
            throw SystemError(code: SystemError.notFound, operation: "open", detail: "the upload was kept or dropped")
        }
        switch place {
        case .own(let file): return try FileReference(taking: file.descriptor.duplicate())
        case .packed(let packed):
            let start = packed.range.lowerBound + BlobHeader.byteCount
            return FileReference(taking: try packed.pack.duplicate(), part: start..<start + size)
        }
    }

    /// Removes the file, unless it was kept.
    package func discard() {
        let wasWaiting = fate.withLock { fate in
            guard fate == .waiting else { return false }
            fate = .gone
            return true
        }
        guard wasWaiting else { return }
        switch place {
        case .own(let file): file.remove()
        case .packed(let packed): packed.pack.release(packed.range)
        }
    }

    var isKept: Bool { fate.withLock { $0 == .kept } }

    func wasKept() { fate.withLock { $0 = .kept } }

    /// Where it is, when that is a pack.
    var packed: PackedPlace? {
        if case .packed(let packed) = place { packed } else { nil }
    }

    /// The file it is in alone.
    var file: StagedFile? {
        if case .own(let file) = place { file } else { nil }
    }

    deinit { discard() }
}
