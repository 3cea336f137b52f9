import CLinux
import Glibc

/// How to open a file.
package enum OpenMode: Sendable {
    /// An existing file, for reading.
    case read
    /// An existing file, for reading and writing.
    case readWrite
    /// For reading and writing, made if absent, with these permissions.
    case create(permissions: UInt32)
    /// A file that must not exist yet.
    case createNew(permissions: UInt32)
    /// For writing at the end, made if absent.
    case append(permissions: UInt32)

    fileprivate var flags: Int32 {
        switch self {
        case .read: O_RDONLY
        case .readWrite: O_RDWR
        case .create: O_RDWR | O_CREAT
        case .createNew: O_RDWR | O_CREAT | O_EXCL
        case .append: O_WRONLY | O_CREAT | O_APPEND
        }
    }

    fileprivate var permissions: UInt32 {
        switch self {
        case .read, .readWrite: 0
        case .create(let permissions), .createNew(let permissions), .append(let permissions): permissions
        }
    }
}

/// Files and what is in them. These calls wait for the disk.
package enum Files {
    /// Opens a file; the descriptor is closed on exec.
    package static func open(_ path: String, _ mode: OpenMode) throws(SystemError) -> FileDescriptor {
        try check(path)
        let raw = try checked("open \(path)") { Int(clinux_open(path, mode.flags | O_CLOEXEC, mode.permissions)) }
        return FileDescriptor(taking: Int32(raw))
    }

    /// Up to `count` bytes from an offset; fewer only at the end of the file.
    package static func read(
        _ file: borrowing FileDescriptor,
        at offset: Int,
        count: Int
    ) throws(SystemError) -> [UInt8] {
        let raw = file.raw
        var failure = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let result = uninterrupted {
                    pread(raw, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                }
                guard result > 0 else {
                    failure = result
                    return
                }
                filled += result
            }
        }
        guard failure == 0 else { throw SystemError(code: Int32(-failure), operation: "pread") }
        return bytes
    }

    /// Writes all bytes at an offset.
    package static func write(
        _ bytes: Span<UInt8>,
        to file: borrowing FileDescriptor,
        at offset: Int
    ) throws(SystemError) {
        let raw = file.raw
        try writeAll(bytes, "pwrite") { pointer, count, done in pwrite(raw, pointer, count, off_t(offset + done)) }
    }

    /// Writes all bytes at the descriptor's own position (the end, when opened to append).
    package static func write(_ bytes: Span<UInt8>, to file: borrowing FileDescriptor) throws(SystemError) {
        let raw = file.raw
        try writeAll(bytes, "write") { pointer, count, _ in Glibc.write(raw, pointer, count) }
    }

    /// Puts contents and metadata on the disk.
    package static func sync(_ file: borrowing FileDescriptor) throws(SystemError) {
        let raw = file.raw
        try checked("fsync") { Int(fsync(raw)) }
    }

    /// Has the kernel begin to write contents out, without waiting for it (sync_file_range). Proves nothing by itself.
    package static func startWriting(_ file: borrowing FileDescriptor) throws(SystemError) {
        let descriptor = file.raw
        try checked("sync_file_range") { Int(clinux_start_writing(descriptor)) }
    }

    /// Puts contents on the disk, and of the metadata only what reading them needs.
    package static func syncData(_ file: borrowing FileDescriptor) throws(SystemError) {
        let raw = file.raw
        try checked("fdatasync") { Int(fdatasync(raw)) }
    }

    /// Cuts or extends a file.
    package static func truncate(_ file: borrowing FileDescriptor, to size: Int) throws(SystemError) {
        let raw = file.raw
        try checked("ftruncate") { Int(ftruncate(raw, off_t(size))) }
    }

    /// The length of an open file.
    package static func size(_ file: borrowing FileDescriptor) throws(SystemError) -> Int {
        var status = stat()
        let raw = file.raw
        try checked("fstat") { Int(fstat(raw, &status)) }
        return Int(status.st_size)
    }

    /// Takes the file's lock for this process; false when another holds it. Closing the descriptor lets go.
    package static func lockExclusively(_ file: borrowing FileDescriptor) throws(SystemError) -> Bool {
        let raw = file.raw
        let result = uninterrupted { Int(flock(raw, LOCK_EX | LOCK_NB)) }
        if result == -Int(EWOULDBLOCK) { return false }
        guard result == 0 else { throw SystemError(code: Int32(-result), operation: "flock") }
        return true
    }

    /// The C library would silently end a path at a NUL byte and name another file.
    static func check(_ path: String) throws(SystemError) {
        guard !path.utf8.contains(0) else {
            throw SystemError(code: EINVAL, operation: "open", detail: "path contains a NUL byte")
        }
    }

    private static func writeAll(
        _ bytes: Span<UInt8>,
        _ operation: StaticString,
        _ write: (UnsafePointer<UInt8>, Int, Int) -> Int
    ) throws(SystemError) {
        let failure = bytes.withUnsafeBufferPointer { buffer in
            var done = 0
            while done < buffer.count, let start = buffer.baseAddress {
                let result = uninterrupted { write(start + done, buffer.count - done, done) }
                if result < 0 { return -result }
                // A write of nothing would repeat for ever.
                if result == 0 { return Int(EIO) }
                done += result
            }
            return 0
        }
        guard failure == 0 else { throw SystemError(code: Int32(failure), operation: "\(operation)") }
    }
}
