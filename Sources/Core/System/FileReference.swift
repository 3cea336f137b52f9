/// An open file, or a part of one, that several replies can send from at once; the last one to let go closes it.
package final class FileReference: Sendable {
    package let descriptor: FileDescriptor
    /// Where in the file the content begins.
    let base: Int
    /// The content's length; of a whole file, when it was opened.
    package let size: Int

    /// Opens a file for reading.
    package init(path: String) throws(SystemError) {
        let opened = try Files.open(path, .read)
        size = try Files.size(opened)
        base = 0
        descriptor = opened
    }

    package init(taking descriptor: consuming FileDescriptor) throws(SystemError) {
        size = try Files.size(descriptor)
        base = 0
        self.descriptor = descriptor
    }

    /// A part of a file, which the caller knows to be there.
    package init(taking descriptor: consuming FileDescriptor, part: Range<Int>) {
        base = part.lowerBound
        size = part.count
        self.descriptor = descriptor
    }

    /// Up to `count` bytes from an offset; fewer only at the end of the content.
    package func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        let count = min(count, size - offset)
        guard count > 0 else { return [] }
        return try Files.read(descriptor, at: base + offset, count: count)
    }
}
