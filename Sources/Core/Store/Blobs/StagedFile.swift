import Synchronization

/// The file of a large upload, open from its first byte on: looking it up again would cost more than syncing it. Shared by
/// who writes it and who keeps it.
final class StagedFile: Sendable {
    let descriptor: FileDescriptor
    private let path: String
    /// A sync failed: later ones prove nothing, for the kernel tells of an error once.
    private let isBroken = Mutex(false)

    init(path: String) throws(SystemError) {
        self.path = path
        descriptor = try Files.open(path, .createNew(permissions: 0o640))
    }

    func write(_ bytes: Span<UInt8>) throws(SystemError) {
        try Files.write(bytes, to: descriptor)
    }

    /// Has the kernel begin to write, without waiting.
    func startWriting() throws(SystemError) {
        try Files.startWriting(descriptor)
    }

    func sync() throws(SystemError) {
        guard !isBroken.withLock({ $0 }) else {
            throw SystemError(code: SystemError.inputOutput, operation: "fsync \(path)", detail: "it has failed before")
        }
        do throws(SystemError) {
            try Files.sync(descriptor)
        } catch {
            isBroken.withLock { $0 = true }
            throw error
        }
    }

    func move(to target: String) throws(SystemError) {
        try Files.rename(path, to: target)
    }

    /// Removes the file under its temporary name. What cannot be removed now is removed at the next start, with all that
    /// is still incoming.
    func remove() {
        _ = try? Files.unlink(path)
    }
}
