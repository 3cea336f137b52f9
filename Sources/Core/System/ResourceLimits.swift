import CLinux
import Glibc

/// What the operating system lets this process have.
package enum ResourceLimits {
    /// Raises the soft limit of open files to the hard one.
    ///
    /// - Returns: the limit now in force.
    package static func raiseOpenFiles() throws(SystemError) -> UInt64 {
        var limit = try openFilesLimit()
        guard limit.rlim_cur < limit.rlim_max else { return UInt64(limit.rlim_cur) }
        limit.rlim_cur = limit.rlim_max
        try checked("setrlimit RLIMIT_NOFILE") { Int(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)) }
        return UInt64(limit.rlim_cur)
    }

    /// The soft limit of open files.
    package static func openFiles() throws(SystemError) -> UInt64 {
        UInt64(try openFilesLimit().rlim_cur)
    }

    /// The processors this process can use: its affinity, and the quota of its container, rounded up. At least 1.
    package static var coreCount: Int {
        let usable = max(1, Int(clinux_usable_processors()))
        guard let quota = containerQuota() else { return usable }
        return max(1, min(usable, quota))
    }

    /// Resident memory of this process in bytes, nil where `/proc` is missing.
    package static var residentBytes: Int? {
        guard let bytes = try? Files.readWhole("/proc/self/statm", limit: 4096) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard words.count > 1, let pages = Int(words[1]) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    private static func openFilesLimit() throws(SystemError) -> rlimit {
        var limit = rlimit()
        try checked("getrlimit RLIMIT_NOFILE") { Int(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)) }
        return limit
    }

    /// The control group's `cpu.max`, "200000 100000" for two processors; "max ..." is none.
    private static func containerQuota() -> Int? {
        // Outside a container, and with version 1 groups, the file does not exist: no quota known.
        guard let bytes = try? Files.readWhole("/sys/fs/cgroup/cpu.max", limit: 4096) else { return nil }
        return quota(String(decoding: bytes, as: UTF8.self))
    }

    static func quota(_ text: String) -> Int? {
        let words = text.split { $0 == " " || $0 == "\n" }
        guard words.count == 2, let time = Int(words[0]), let period = Int(words[1]), time > 0, period > 0 else {
            return nil
        }
        return (time - 1) / period + 1
    }
}

/// The C library's memory allocator.
package enum Allocator {
    /// Bounds its arenas; by default each thread tends to one of its own, which keeps freed memory to itself.
    ///
    /// - Returns: false if the library refused.
    @discardableResult
    package static func limitArenas(to count: Int32 = 2) -> Bool {
        mallopt(M_ARENA_MAX, count) == 1
    }

    /// Keeps freed memory for the next request instead of giving it back and asking for it again: up to so many bytes
    /// at the top of the heap, and for blocks below the largest buffers of a connection.
    @discardableResult
    package static func keepFreed(bytes: Int32) -> Bool {
        mallopt(M_TRIM_THRESHOLD, bytes) == 1 && mallopt(M_MMAP_THRESHOLD, 1 << 20) == 1
    }

    /// Gives freed memory back to the kernel.
    package static func trim() {
        // The result only says whether there was any.
        _ = malloc_trim(0)
    }
}

/// Terminals.
package enum Terminal {
    /// True when a descriptor is one.
    package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }
}

/// The environment the process was started with.
package enum ProcessEnvironment {
    /// All variables; of repeated ones the first counts.
    package static func snapshot() -> [String: String] {
        var variables: [String: String] = [:]
        guard var entry = clinux_environment() else { return variables }
        while let text = entry.pointee {
            let line = String(cString: text)
            if let equals = line.firstIndex(of: "=") {
                let name = String(line[..<equals])
                if variables[name] == nil { variables[name] = String(line[line.index(after: equals)...]) }
            }
            entry += 1
        }
        return variables
    }

    /// One variable.
    package static func value(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
