import Synchronization

/// An upload's open file, shared by who writes it and who keeps it.
final class StagedFile: Sendable {
    let descriptor: FileDescriptor

    init(_ descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor
    }
}

/// A received file that is whole and not kept yet. Whoever holds it last without keeping it removes it.
package final class StagedBlob: Sendable {
    package let hash: [UInt8]
    package let size: Int
    /// ENOENT.
    private static let notFound: Int32 = 2
    private let path: String
    /// Still open from the writing: looking it up again would cost more than syncing it.
    private let file: StagedFile
    private let isGone = Mutex(false)

    init(path: String, file: StagedFile, hash: [UInt8], size: Int) {
        self.path = path
        self.hash = hash
        self.size = size
        self.file = file
    }

    /// Its bytes, to look at.
    package func open() throws(SystemError) -> FileReference {
        guard !isGone.withLock({ $0 }) else {
            throw SystemError(code: Self.notFound, operation: "open", detail: "the upload was kept or dropped")
        }
        return try FileReference(taking: file.descriptor.duplicate())
    }

    /// Removes the file, unless it was kept.
    package func discard() {
        let wasGone = isGone.withLock { gone in
            defer { gone = true }
            return gone
        }
        // What cannot be removed now is removed at the next start, with all that is still incoming.
        if !wasGone { _ = try? Files.unlink(path) }
    }

    /// Has the kernel begin to write, without waiting.
    func startWriting() throws(SystemError) {
        try Files.startWriting(file.descriptor)
    }

    func sync() throws(SystemError) {
        try Files.sync(file.descriptor)
    }

    func move(to target: String) throws(SystemError) {
        try Files.rename(path, to: target)
        isGone.withLock { $0 = true }
    }

    deinit { discard() }
}
