import Synchronization

/// A tenant's files. Small ones lie behind one another in packs, larger ones in files of their own under the digest of
/// their content, `blobs/ab/cdef…`; `BlobID` tells which.
///
/// A large file comes in under a temporary name in `incoming/` and gets its own name only when it is whole and synced, so
/// such a name always stands for complete, durable bytes, and for the same bytes there is one file. Of small files the
/// database finds those that are there already, when a row is about to name one more: `AttachmentTable`.
package final class BlobStore: Sendable {
    private let folder: String
    private let incoming: String
    private let key: ContentDigestKey
    private let packs: PackFolder
    /// Folders that are known to exist, durably.
    private let shards = Mutex<Set<String>>([])
    /// Folders whose last sync failed.
    private let unsynced = Mutex<Set<String>>([])
    private let counter = Atomic<UInt64>(0)

    /// Opens a tenant's blob folder; what a crash left half-way in is removed. `secret` is the tenant's own.
    package init(folder: String, secret: [UInt8]) throws(SystemError) {
        self.folder = folder + "/blobs"
        incoming = folder + "/incoming"
        key = ContentDigestKey(secret: secret)
        packs = try PackFolder(tenantFolder: folder)
        try Files.makeDirectory(incoming)
        for name in try Files.list(incoming) { try Files.unlink(incoming + "/" + name) }
    }

    /// Something to stream an upload into.
    package func makeWriter() -> BlobWriter {
        BlobWriter(hasher: key.begin(), packs: packs) { [self] () throws(SystemError) in
            let number = counter.add(1, ordering: .relaxed).newValue
            return try StagedFile(path: incoming + "/upload-\(number)")
        }
    }

    /// Has the kernel begin to write staged files, so that `keep` waits for less. What fails is told there.
    package func startWriting(_ files: [StagedBlob]) {
        packs.startWriting(files.lazy.compactMap(\.packed))
        for staged in files { _ = try? staged.file?.startWriting() }
    }

    /// Makes a staged file durable. Harmless when it is already.
    package func keep(_ staged: StagedBlob) throws(SystemError) {
        try keep([staged])
    }

    /// Makes staged files durable. Small ones by one sync of the pack. Large ones get their names in three steps: their
    /// bytes are made durable, and one commit of the file system's journal tends to serve them all; then they get their
    /// names; then the names are made durable, again together.
    package func keep(_ files: [StagedBlob]) throws(SystemError) {
        try packs.sync(files.lazy.filter { !$0.isKept }.compactMap(\.packed))
        for staged in files where staged.packed != nil { staged.wasKept() }
        var fresh: [(staged: StagedBlob, file: StagedFile, place: Place)] = []
        var touched: Set<String> = []
        for staged in files {
            guard let file = staged.file else { continue }
            let place = place(of: staged.hash)
            if try Files.status(place.path) != nil {
                if unsynced.withLock({ $0.contains(place.shard) }) { touched.insert(place.shard) }
                staged.discard()
            } else {
                fresh.append((staged, file, place))
            }
        }
        for (_, file, _) in fresh { try file.sync() }
        for (staged, file, place) in fresh {
            try makeShard(place.shard)
            try file.move(to: place.path)
            staged.wasKept()
            touched.insert(place.shard)
        }
        guard !touched.isEmpty else { return }
        unsynced.withLock { $0.formUnion(touched) }
        for shard in touched { try Files.syncDirectory(shard) }
        unsynced.withLock { $0.subtract(touched) }
    }

    /// The bytes of a blob; nil when there are none.
    package func open(hash: [UInt8]) throws(SystemError) -> FileReference? {
        let id = BlobID(hash)
        if case .packed(let pack, let offset) = id.place {
            return try packs.open(pack: pack, offset: offset, digest: id.digest)
        }
        do throws(SystemError) {
            return try FileReference(path: place(of: hash).path)
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }

    /// Removes a blob; the caller knows that no row names it.
    package func remove(_ hash: [UInt8]) throws(SystemError) {
        let id = BlobID(hash)
        switch id.place {
        case .packed(let pack, let offset): try packs.remove(pack: pack, offset: offset, digest: id.digest)
        case .ownFile: try Files.unlink(place(of: hash).path)
        }
    }

    private func makeShard(_ shard: String) throws(SystemError) {
        if shards.withLock({ $0.contains(shard) }) { return }
        try Files.makeDirectory(shard)
        try Files.syncDirectory(folder)
        shards.withLock { _ = $0.insert(shard) }
    }

    private struct Place {
        let shard: String
        let path: String
    }

    private func place(of hash: [UInt8]) -> Place {
        let name = Hex.encode(hash)
        let shard = folder + "/" + name.prefix(2)
        return Place(shard: shard, path: shard + "/" + name.dropFirst(2))
    }
}
