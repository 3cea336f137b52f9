import CLinux
import Glibc

/// What a path leads to.
package struct FileStatus: Sendable, Equatable {
    /// The kinds of file that matter here; symbolic links are followed.
    package enum Kind: Sendable {
        case regular
        case directory
        case other
    }

    package let kind: Kind
    package let size: Int
    /// When the contents last changed.
    package let modifiedUnixMilliseconds: Int64
    /// The permission bits, `0o600` say.
    package let permissions: UInt32
}

extension Files {
    /// From now on nothing that this process makes is for anybody beyond its user and group.
    package static func keepFromOthers() {
        umask(0o027)
    }

    /// What a path leads to; nil when there is nothing.
    package static func status(_ path: String) throws(SystemError) -> FileStatus? {
        try check(path)
        var status = stat()
        let result = uninterrupted { Int(stat(path, &status)) }
        if result == -Int(ENOENT) || result == -Int(ENOTDIR) { return nil }
        guard result == 0 else { throw SystemError(code: Int32(-result), operation: "stat \(path)") }
        let kind: FileStatus.Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            default: .other
            }
        return FileStatus(
            kind: kind,
            size: Int(status.st_size),
            modifiedUnixMilliseconds: Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000,
            permissions: status.st_mode & 0o7777
        )
    }

    /// The length of the file at a path.
    package static func size(_ path: String) throws(SystemError) -> Int {
        guard let status = try status(path) else { throw SystemError(code: ENOENT, operation: "stat \(path)") }
        return status.size
    }

    /// Gives a file a new name, replacing what had it. Lasting only after `syncDirectory`.
    package static func rename(_ from: String, to: String) throws(SystemError) {
        try check(from)
        try check(to)
        try checked("rename \(from) to \(to)") { Int(Glibc.rename(from, to)) }
    }

    /// Removes a file.
    ///
    /// - Returns: false if there was none.
    @discardableResult
    package static func unlink(_ path: String) throws(SystemError) -> Bool {
        try check(path)
        let result = uninterrupted { Int(Glibc.unlink(path)) }
        if result == -Int(ENOENT) { return false }
        guard result == 0 else { throw SystemError(code: Int32(-result), operation: "unlink \(path)") }
        return true
    }

    /// Makes a directory if it is not there, and with it the ones above.
    package static func makeDirectory(_ path: String, permissions: UInt32 = 0o755) throws(SystemError) {
        try check(path)
        if try status(path)?.kind == .directory { return }
        let parts = path.split(separator: "/")
        var prefix = path.hasPrefix("/") ? "/" : ""
        for part in parts {
            prefix += part
            let current = prefix
            let result = uninterrupted { Int(mkdir(current, permissions)) }
            if result < 0, try status(current)?.kind != .directory {
                throw SystemError(code: Int32(-result), operation: "mkdir \(current)")
            }
            prefix += "/"
        }
    }

    /// Removes an empty directory.
    package static func removeDirectory(_ path: String) throws(SystemError) {
        try check(path)
        try checked("rmdir \(path)") { Int(rmdir(path)) }
    }

    /// Removes a directory and all in it. Symbolic links are removed, not followed.
    package static func removeTree(_ path: String) throws(SystemError) {
        try check(path)
        for name in try list(path) {
            let child = path + "/" + name
            let result = uninterrupted { Int(Glibc.unlink(child)) }
            // Linux says EISDIR for a directory, POSIX EPERM.
            if result == -Int(EISDIR) || result == -Int(EPERM) {
                try removeTree(child)
            } else if result < 0, result != -Int(ENOENT) {
                throw SystemError(code: Int32(-result), operation: "unlink \(child)")
            }
        }
        try removeDirectory(path)
    }

    /// Makes a new empty directory with a unique name, readable by this user only.
    package static func makeTemporaryDirectory(prefix: String) throws(SystemError) -> String {
        try check(prefix)
        let base = ProcessEnvironment.value("TMPDIR") ?? "/tmp"
        var template = Array("\(base)/\(prefix)XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        guard let made else { throw SystemError(code: errno, operation: "mkdtemp") }
        return made
    }

    /// Makes the names in a directory last: what was created, renamed or removed there.
    package static func syncDirectory(_ path: String) throws(SystemError) {
        try check(path)
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
        let raw = try checked("open \(path)") { Int(clinux_open(path, flags, 0)) }
        let directory = FileDescriptor(taking: Int32(raw))
        try sync(directory)
    }

    /// The names in a directory, sorted by their bytes, without `.` and `..`.
    package static func list(_ path: String) throws(SystemError) -> [String] {
        try check(path)
        guard let directory = opendir(path) else { throw SystemError(code: errno, operation: "opendir \(path)") }
        defer { closedir(directory) }
        var names: [String] = []
        while true {
            // Only errno tells the end from an error.
            errno = 0
            guard let entry = readdir(directory) else { break }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        let code = errno
        guard code == 0 else { throw SystemError(code: code, operation: "readdir \(path)") }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// All bytes of a small file; `EFBIG` past the limit. Works for pipes and `/proc` too, whose size says nothing.
    package static func readWhole(_ path: String, limit: Int = 16 << 20) throws(SystemError) -> [UInt8] {
        let file = try open(path, .read)
        let raw = file.raw
        var bytes: [UInt8] = []
        let piece = 65_536
        while true {
            let result = withUnsafeTemporaryAllocation(byteCount: piece, alignment: 16) { memory in
                let result = uninterrupted { Glibc.read(raw, memory.baseAddress, piece) }
                if result > 0 { bytes.append(contentsOf: memory[..<result]) }
                return result
            }
            guard result >= 0 else { throw SystemError(code: Int32(-result), operation: "read \(path)") }
            if result == 0 { return bytes }
            guard bytes.count <= limit else { throw SystemError(code: EFBIG, operation: "read \(path)") }
        }
    }

    /// Replaces a file's contents so that after a crash either the old or the new ones are there, whole.
    package static func replaceContents(
        of path: String,
        with bytes: Span<UInt8>,
        permissions: UInt32 = 0o644
    ) throws(SystemError) {
        let temporary = path + ".new"
        try unlink(temporary)
        let file = try open(temporary, .createNew(permissions: permissions))
        do {
            try write(bytes, to: file)
            try sync(file)
            try rename(temporary, to: path)
        } catch {
            // The first error is the one to tell; a left-over file is removed by the next attempt.
            _ = Glibc.unlink(temporary)
            throw error
        }
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try syncDirectory(parent.isEmpty ? "/" : parent)
    }
}
