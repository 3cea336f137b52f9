/// An open file that several replies can send from at once; the last one to let go closes it.
package final class FileReference: Sendable {
    package let descriptor: FileDescriptor
    /// The file's length when it was opened.
    package let size: Int

    /// Opens a file for reading.
    package init(path: String) throws(SystemError) {
        let opened = try Files.open(path, .read)
        size = try Files.size(opened)
        descriptor = opened
    }

    package init(taking descriptor: consuming FileDescriptor) throws(SystemError) {
        size = try Files.size(descriptor)
        self.descriptor = descriptor
    }

    /// Up to `count` bytes from an offset; fewer only at the end of the file.
    package func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        try Files.read(descriptor, at: offset, count: count)
    }
}
