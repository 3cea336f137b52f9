import Synchronization

/// A file that small blobs are written into one behind the other, so that many of them are made durable by one call.
///
/// Each begins at a full block. No block is shared, so bytes that are durable are never written again, and a blob that is
/// removed gives all of its space back. That costs half a block for each, as much as files of their own would.
final class Pack: Sendable {
    private struct State {
        /// Where the next blob begins.
        var tail: Int
        /// Whether the pack's name is known to be on the disk. Who made the pack may have died before it was.
        var isNamed = false
        /// A sync failed: what was not durable then may be lost, whatever later ones say (the kernel tells of an error
        /// once, and drops what it could not write). Nothing new is taken, or believed.
        var isBroken = false
    }

    /// No blob begins behind it.
    static let limit = 256 << 20
    private static let block = 4096
    let number: UInt32
    private let descriptor: FileDescriptor
    private let state: Mutex<State>

    /// Opens a pack behind what is in it.
    init(number: UInt32, path: String, isNew: Bool) throws(SystemError) {
        self.number = number
        let file = try Files.open(path, isNew ? .createNew(permissions: 0o640) : .readWrite)
        let end = try Files.size(file)
        descriptor = file
        state = Mutex(State(tail: Self.blocks(end)))
    }

    /// Whole blocks that hold so many bytes.
    static func blocks(_ count: Int) -> Int { (count + block - 1) / block * block }

    /// A place for so many bytes; nil when the pack takes no more.
    func reserve(_ count: Int) -> Range<Int>? {
        state.withLock { state in
            guard !state.isBroken, state.tail + count <= Self.limit else { return nil }
            let place = state.tail..<state.tail + Self.blocks(count)
            state.tail = place.upperBound
            return place
        }
    }

    func write(_ bytes: Span<UInt8>, at place: Range<Int>) throws(SystemError) {
        try Files.write(bytes, to: descriptor, at: place.lowerBound)
    }

    func startWriting() { _ = try? Files.startWriting(descriptor) }

    /// Gives up a place that no id was kept of. The last one is used again, after its bytes are gone: the other way round
    /// they might be the next owner's by then.
    func release(_ place: Range<Int>) {
        // A file system that cannot do it leaves the bytes where they are, named by nothing.
        _ = try? Files.punchHole(descriptor, at: place.lowerBound, count: place.count)
        state.withLock { state in
            if state.tail == place.upperBound { state.tail = place.lowerBound }
        }
    }

    /// Another descriptor of the file, to read with.
    func duplicate() throws(SystemError) -> FileDescriptor { try descriptor.duplicate() }

    /// Makes durable what was written; `nameIt` makes the file's name durable, and is called until it has succeeded.
    func sync(nameIt: () throws(SystemError) -> Void) throws(SystemError) {
        let (isBroken, isNamed) = state.withLock { ($0.isBroken, $0.isNamed) }
        guard !isBroken else {
            throw SystemError(code: SystemError.inputOutput, operation: "fdatasync", detail: "it has failed before")
        }
        do throws(SystemError) {
            try Files.syncData(descriptor)
            if !isNamed { try nameIt() }
        } catch {
            state.withLock { $0.isBroken = true }
            throw error
        }
        if !isNamed { state.withLock { $0.isNamed = true } }
    }
}
