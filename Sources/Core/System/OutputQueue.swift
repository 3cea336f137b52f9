import Glibc

/// The bytes and file ranges a connection still has to send, in order.
///
/// Chunks are shared array references, so one encoded event in a thousand queues exists once. An idle connection's
/// queue is three empty words; a single chunk needs no allocation either.
///
/// Example: head "HTTP/1.1 200 OK…", then a picture, then the next reply's head:
/// `first` = the head, `rest` = [file(picture, 0, 90 000), bytes("HTTP/1.1 …")].
package struct OutputQueue: ~Copyable {
    /// One stretch of output.
    enum Chunk {
        case bytes([UInt8])
        case file(FileReference, offset: Int, length: Int)
    }

    /// What follows the first chunk.
    final class Rest {
        var chunks: ContiguousArray<Chunk> = []
        /// The chunks before this index are sent.
        var head = 0
        var byteCount = 0
        var fileByteCount = 0
    }

    /// The chunk in front if it is bytes, sent up to `firstOffset`; empty when the front is in `rest`.
    var first: [UInt8] = []
    var firstOffset = 0
    var rest: Rest?

    package init() {}

    /// True when nothing is left to send.
    package var isEmpty: Bool { first.isEmpty && rest == nil }

    /// All that is left to send, files included.
    package var count: Int { byteCount + (rest?.fileByteCount ?? 0) }

    /// What is held in memory: the figure to bound a slow consumer by.
    package var byteCount: Int { first.count - firstOffset + (rest?.byteCount ?? 0) }

    /// Queues bytes behind everything else, without copying them.
    package mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        if isEmpty {
            first = bytes
            return
        }
        let rest = ensureRest()
        rest.chunks.append(.bytes(bytes))
        rest.byteCount += bytes.count
    }

    /// Queues a range of a file, which must not shrink before it is sent.
    package mutating func append(file: FileReference, offset: Int, length: Int) {
        guard length > 0 else { return }
        let rest = ensureRest()
        rest.chunks.append(.file(file, offset: offset, length: length))
        rest.fileByteCount += length
    }

    /// Drops everything.
    package mutating func removeAll() {
        first = []
        firstOffset = 0
        rest = nil
    }

    /// Takes up to `limit` bytes from the front, reading them if a file is in front; nil when empty.
    ///
    /// For output that has to be encrypted before it is sent.
    package mutating func take(upTo limit: Int) throws(SystemError) -> [UInt8]? {
        pullFront()
        if !first.isEmpty {
            let end = min(first.count, firstOffset + limit)
            let piece = firstOffset == 0 && end == first.count ? first : Array(first[firstOffset..<end])
            consume(end - firstOffset)
            return piece
        }
        guard let rest, case .file(let file, let offset, let length) = rest.chunks[rest.head] else { return nil }
        let piece = try file.read(at: offset, count: min(limit, length))
        guard !piece.isEmpty else {
            throw SystemError(code: EIO, operation: "read", detail: "file is shorter than it was")
        }
        consume(piece.count)
        return piece
    }

    /// Moves the bytes that are next into `first`.
    mutating func pullFront() {
        guard first.isEmpty, let rest, case .bytes(let bytes) = rest.chunks[rest.head] else { return }
        first = bytes
        firstOffset = 0
        rest.byteCount -= bytes.count
        dropHead(rest)
    }

    /// Forgets so many sent bytes.
    mutating func consume(_ count: Int) {
        var left = count
        while left > 0 {
            pullFront()
            if !first.isEmpty {
                let step = min(left, first.count - firstOffset)
                firstOffset += step
                left -= step
                if firstOffset == first.count {
                    first = []
                    firstOffset = 0
                }
            } else if let rest, case .file(let file, let offset, let length) = rest.chunks[rest.head] {
                let step = min(left, length)
                left -= step
                rest.fileByteCount -= step
                if step == length {
                    dropHead(rest)
                } else {
                    rest.chunks[rest.head] = .file(file, offset: offset + step, length: length - step)
                }
            } else {
                return
            }
        }
    }

    private mutating func ensureRest() -> Rest {
        if let rest { return rest }
        let created = Rest()
        rest = created
        return created
    }

    /// Releases the chunk in front of `rest`, and `rest` itself with its last chunk.
    private mutating func dropHead(_ rest: Rest) {
        rest.chunks[rest.head] = .bytes([])
        rest.head += 1
        if rest.head == rest.chunks.count {
            self.rest = nil
        } else if rest.head >= 64, rest.head * 2 >= rest.chunks.count {
            rest.chunks.removeFirst(rest.head)
            rest.head = 0
        }
    }
}
