import Synchronization

/// A tenant's packs: `blobs/packs/0001.pack`, `0002.pack`, … The one with the highest number takes new blobs.
///
/// Packs never get shorter: from removed blobs their blocks are taken, and a pack of which nothing is left goes at the next
/// start. What a crash left behind without a name in the database keeps its space.
final class PackFolder: Sendable {
    private let tenantFolder: String
    private let folder: String
    private let active: Mutex<Pack?>

    init(tenantFolder: String) throws(SystemError) {
        self.tenantFolder = tenantFolder
        folder = tenantFolder + "/blobs/packs"
        try Files.makeDirectory(folder)
        let numbers = try Files.list(folder).compactMap(Self.number).sorted()
        active = Mutex(nil)
        guard let newest = numbers.last else { return }
        // The newest stays even when it is empty: a number is not given twice, for old ids name places by it.
        for number in numbers.dropLast() {
            let path = path(number)
            if try !Files.hasContents(try Files.open(path, .read)) { try Files.unlink(path) }
        }
        let pack = try Pack(number: newest, path: path(newest), isNew: false)
        active.withLock { $0 = pack }
    }

    private static func number(_ name: String) -> UInt32? {
        name.hasSuffix(".pack") ? UInt32(name.dropLast(5)) : nil
    }

    private func path(_ number: UInt32) -> String {
        let digits = String(number)
        return folder + "/" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits + ".pack"
    }

    // MARK: Writing

    /// Writes a blob behind the others. Its first `BlobHeader.byteCount` bytes are kept free for the header.
    func write(_ bytes: inout [UInt8], digest: [UInt8]) throws(SystemError) -> PackedPlace {
        BlobHeader(digest: digest, size: bytes.count - BlobHeader.byteCount).write(to: &bytes)
        let (pack, range) = try reserve(bytes.count)
        do throws(SystemError) {
            try pack.write(bytes.span, at: range)
        } catch {
            pack.release(range)
            throw error
        }
        return PackedPlace(pack: pack, range: range)
    }

    private func reserve(_ count: Int) throws(SystemError) -> (Pack, Range<Int>) {
        try active.withLock { active throws(SystemError) in
            if let active, let range = active.reserve(count) { return (active, range) }
            let number = (active?.number ?? 0) + 1
            let pack = try Pack(number: number, path: path(number), isNew: true)
            active = pack
            guard let range = pack.reserve(count) else { preconditionFailure("a new pack takes a small blob") }
            return (pack, range)
        }
    }

    /// Has the kernel begin to write blobs. What fails is told by `sync`.
    func startWriting(_ places: some Sequence<PackedPlace>) {
        var started: [UInt32] = []
        for place in places where !started.contains(place.pack.number) {
            place.pack.startWriting()
            started.append(place.pack.number)
        }
    }

    /// Makes blobs durable: one sync for each pack they are in.
    func sync(_ places: some Sequence<PackedPlace>) throws(SystemError) {
        var synced: [UInt32] = []
        for place in places where !synced.contains(place.pack.number) {
            try place.pack.sync { () throws(SystemError) in
                // The first pack's folder is new too.
                for folder in [folder, tenantFolder + "/blobs", tenantFolder] { try Files.syncDirectory(folder) }
            }
            synced.append(place.pack.number)
        }
    }

    // MARK: Kept blobs

    /// A blob's bytes; nil when they are gone. What stands there and is something else is an error.
    func open(pack: UInt32, offset: Int, digest: ArraySlice<UInt8>) throws(SystemError) -> FileReference? {
        do throws(SystemError) {
            let file = try Files.open(path(pack), .read)
            guard let size = try length(of: file, at: offset, digest: digest) else { return nil }
            let start = offset + BlobHeader.byteCount
            guard try Files.size(file) >= start + size else { throw damaged(pack, offset) }
            return FileReference(taking: file, part: start..<start + size)
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }

    /// Gives a blob's space back.
    func remove(pack: UInt32, offset: Int, digest: ArraySlice<UInt8>) throws(SystemError) {
        do throws(SystemError) {
            let file = try Files.open(path(pack), .readWrite)
            guard let size = try length(of: file, at: offset, digest: digest) else { return }
            try Files.punchHole(file, at: offset, count: Pack.blocks(BlobHeader.byteCount + size))
        } catch {
            guard error.isNotFound else { throw error }
        }
    }

    /// The length in a blob's header; nil where nothing is (any more).
    private func length(
        of file: borrowing FileDescriptor,
        at offset: Int,
        digest: ArraySlice<UInt8>
    ) throws(SystemError) -> Int? {
        guard offset >= 0, offset <= Pack.limit else { return nil }
        let bytes = try Files.read(file, at: offset, count: BlobHeader.byteCount)
        guard bytes.contains(where: { $0 != 0 }) else { return nil }
        guard let header = BlobHeader(bytes), header.digest.elementsEqual(digest) else {
            throw SystemError(code: SystemError.inputOutput, operation: "read", detail: "no blob begins at \(offset)")
        }
        return header.size
    }

    private func damaged(_ pack: UInt32, _ offset: Int) -> SystemError {
        let detail = "\(path(pack)) ends inside the blob at \(offset)"
        return SystemError(code: SystemError.inputOutput, operation: "read", detail: detail)
    }
}

/// A blob's blocks in a pack, the header's included.
struct PackedPlace: Sendable {
    let pack: Pack
    let range: Range<Int>
}
