import CLinux
import Glibc

extension Files {
    /// Gives the whole blocks of a range back to the file system; they read as zeros after it, and so does what is cut
    /// off of the blocks at its ends. The length stays.
    ///
    /// - Returns: false where the file system cannot do it: nothing has changed then.
    @discardableResult
    package static func punchHole(
        _ file: borrowing FileDescriptor,
        at offset: Int,
        count: Int
    ) throws(SystemError) -> Bool {
        let raw = file.raw
        let result = uninterrupted { Int(clinux_punch_hole(raw, offset, count)) }
        if result == -Int(EOPNOTSUPP) || result == -Int(ENOSYS) { return false }
        guard result == 0 else { throw SystemError(code: Int32(-result), operation: "fallocate") }
        return true
    }

    /// Whether anything but holes is in a file. Where the file system does not know, everything counts as contents.
    package static func hasContents(_ file: borrowing FileDescriptor) throws(SystemError) -> Bool {
        // 3 is SEEK_DATA, which needs _GNU_SOURCE.
        let raw = file.raw
        let result = uninterrupted { lseek(raw, 0, 3) }
        if result == -Int(ENXIO) { return false }
        guard result >= 0 else { throw SystemError(code: Int32(-result), operation: "lseek") }
        return true
    }
}
