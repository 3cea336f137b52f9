/// Reads the few places of a file that tell its measures. The number of reads is bounded, since a hostile file decides
/// where the next one goes.
struct FileProbe {
    private static let windowLength = 4096

    private let file: FileReference
    private var readsLeft: Int
    private var window: [UInt8] = []
    private var windowStart = 0

    /// The file's length.
    let size: Int

    init(_ file: FileReference, maximumReads: Int = 128) {
        self.file = file
        size = file.size
        readsLeft = maximumReads
    }

    /// The first bytes, at most so many.
    mutating func prefix(_ count: Int) throws(SystemError) -> [UInt8] {
        try bytes(at: 0, count: min(count, size)) ?? []
    }

    /// So many bytes from an offset; nil when the file ends before, or has been asked too often.
    mutating func bytes(at offset: Int, count: Int) throws(SystemError) -> [UInt8]? {
        guard offset >= 0, count >= 0, count <= size, offset <= size - count else { return nil }
        if offset < windowStart || offset + count > windowStart + window.count {
            guard readsLeft > 0 else { return nil }
            readsLeft -= 1
            window = try file.read(at: offset, count: min(max(count, Self.windowLength), size - offset))
            windowStart = offset
            // The file is ours alone; it only gets shorter when the disk fails.
            guard window.count >= count else { return nil }
        }
        let start = offset - windowStart
        return Array(window[start..<start + count])
    }

    /// A number of up to eight bytes, the most significant first.
    mutating func bigEndian(at offset: Int, bytes count: Int) throws(SystemError) -> UInt64? {
        try bytes(at: offset, count: count)?.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A number of up to eight bytes, the least significant first.
    mutating func littleEndian(at offset: Int, bytes count: Int) throws(SystemError) -> UInt64? {
        try bytes(at: offset, count: count)?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Whether a text stands at an offset.
    mutating func has(_ text: String, at offset: Int) throws(SystemError) -> Bool {
        try bytes(at: offset, count: text.utf8.count).map { $0.elementsEqual(text.utf8) } ?? false
    }
}
