import Synchronization

/// A tenant's files, each under the SHA-256 of its content: `blobs/ab/cdef…`. The same bytes are stored once.
///
/// A file comes in under a temporary name in `incoming/` and gets its own name only when it is whole and synced, so a
/// name in `blobs/` always stands for complete, durable bytes.
package final class BlobStore: Sendable {
    private let folder: String
    private let incoming: String
    /// Folders that are known to exist, durably.
    private let shards = Mutex<Set<String>>([])
    /// Folders whose last sync failed.
    private let unsynced = Mutex<Set<String>>([])
    private let counter = Atomic<UInt64>(0)

    /// Opens a tenant's blob folder; what a crash left half-way in is removed.
    package init(folder: String) throws(SystemError) {
        self.folder = folder + "/blobs"
        incoming = folder + "/incoming"
        try Files.makeDirectory(self.folder)
        try Files.makeDirectory(incoming)
        for name in try Files.list(incoming) { try Files.unlink(incoming + "/" + name) }
    }

    /// A file to stream an upload into.
    package func makeWriter() throws(SystemError) -> BlobWriter {
        let number = counter.add(1, ordering: .relaxed).newValue
        return try BlobWriter(path: incoming + "/upload-\(number)")
    }

    /// Makes a staged file durable under its content's name. Harmless when it is there already.
    package func keep(_ staged: StagedBlob) throws(SystemError) {
        try keep([staged])
    }

    /// Makes staged files durable under their contents' names, all in three steps: their bytes are on their way to the
    /// disk together, so that one commit of the file system's journal serves them all; then they get their names; then
    /// the names are made durable, again together.
    package func keep(_ files: [StagedBlob]) throws(SystemError) {
        var fresh: [(staged: StagedBlob, place: Place)] = []
        var touched: Set<String> = []
        for staged in files {
            let place = place(of: staged.hash)
            if try Files.status(place.path) != nil {
                if unsynced.withLock({ $0.contains(place.shard) }) { touched.insert(place.shard) }
                staged.discard()
            } else {
                fresh.append((staged, place))
            }
        }
        for (staged, _) in fresh { try staged.startWriting() }
        for (staged, _) in fresh { try staged.sync() }
        for (staged, place) in fresh {
            try makeShard(place.shard)
            try staged.move(to: place.path)
            touched.insert(place.shard)
        }
        unsynced.withLock { $0.formUnion(touched) }
        for shard in touched { try Files.syncDirectory(shard) }
        unsynced.withLock { $0.subtract(touched) }
    }

    /// The file of a hash; nil when there is none.
    package func open(hash: [UInt8]) throws(SystemError) -> FileReference? {
        do throws(SystemError) {
            return try FileReference(path: place(of: hash).path)
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }

    /// Removes the file of a hash; the caller knows that no row names it.
    package func remove(_ hash: [UInt8]) throws(SystemError) {
        try Files.unlink(place(of: hash).path)
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
