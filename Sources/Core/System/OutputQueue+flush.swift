import CLinux
import Glibc

/// What came of flushing an output queue; each case but the last tells how many bytes went out.
package enum FlushResult: Sendable, Equatable {
    /// Everything is with the kernel.
    case drained(Int)
    /// The socket is full: wait for it to be writable.
    case blocked(Int)
    /// The turn's share is used up: flush again soon, others first.
    case yielded(Int)
    /// The connection is broken, with this `errno`.
    case failed(Int32)
}

extension OutputQueue {
    /// Buffers per gathered write.
    private static let gatherLimit = 64

    /// Sends as much as the socket takes, and about `limit` bytes at most, so that one fast reader of a big file does not
    /// hold up a whole lane.
    package mutating func flush(to socket: borrowing FileDescriptor, limit: Int = 1 << 20) -> FlushResult {
        var sent = 0
        while true {
            pullFront()
            if isEmpty { return .drained(sent) }
            if sent >= limit { return .yielded(sent) }
            let attempt = first.isEmpty ? sendFile(to: socket, limit: limit - sent) : sendBytes(to: socket)
            switch attempt.result {
            case .processed(let count):
                consume(count)
                sent += count
                // A short write means the socket is full: asking again would only cost a call.
                if count < attempt.wanted, !isEmpty, !attempt.isFile { return .blocked(sent) }
            case .wouldBlock: return .blocked(sent)
            case .endOfFile: return .failed(EPIPE)
            case .failed(let code): return .failed(code)
            }
        }
    }

    private typealias Attempt = (result: IOResult, wanted: Int, isFile: Bool)

    private func sendFile(to socket: borrowing FileDescriptor, limit: Int) -> Attempt {
        guard let rest, case .file(let file, let start, let length) = rest.chunks[rest.head] else {
            return (.endOfFile, 0, true)
        }
        var offset = off_t(file.base + start)
        let wanted = min(length, limit)
        let (target, source) = (socket.raw, file.descriptor.raw)
        let result = uninterrupted { sendfile(target, source, &offset, wanted) }
        // Nothing at all means that the file was cut; the promised length can no longer be kept.
        return (IOResult(result, zero: .failed(EIO)), wanted, true)
    }

    private func sendBytes(to socket: borrowing FileDescriptor) -> Attempt {
        let descriptor = socket.raw
        guard let rest else {
            let wanted = first.count - firstOffset
            let result = first.withUnsafeBytes { bytes in
                uninterrupted {
                    send(descriptor, bytes.baseAddress.map { $0 + firstOffset }, wanted, Int32(MSG_NOSIGNAL))
                }
            }
            return (IOResult(result, zero: .wouldBlock), wanted, false)
        }
        return withUnsafeTemporaryAllocation(of: iovec.self, capacity: Self.gatherLimit) { vectors in
            first.withUnsafeBytes { bytes in
                let size = first.count - firstOffset
                vectors[0] = iovec(
                    iov_base: bytes.baseAddress.map { UnsafeMutableRawPointer(mutating: $0 + firstOffset) },
                    iov_len: size
                )
                return Self.gather(rest, from: rest.head, into: vectors, filled: 1, total: size, to: descriptor)
            }
        }
    }

    /// Lends one chunk after the other, each inside the scope of the one before, and sends them all at the bottom.
    private static func gather(
        _ rest: Rest,
        from index: Int,
        into vectors: UnsafeMutableBufferPointer<iovec>,
        filled: Int,
        total: Int,
        to descriptor: Int32
    ) -> Attempt {
        if filled < vectors.count, index < rest.chunks.count, case .bytes(let chunk) = rest.chunks[index] {
            return chunk.withUnsafeBytes { bytes in
                vectors[filled] = iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                    iov_len: bytes.count
                )
                return gather(
                    rest,
                    from: index + 1,
                    into: vectors,
                    filled: filled + 1,
                    total: total + bytes.count,
                    to: descriptor
                )
            }
        }
        var message = msghdr()
        message.msg_iov = vectors.baseAddress
        message.msg_iovlen = filled
        // More follows in the same turn, so that a head and the start of its file share a packet.
        let more = index < rest.chunks.count ? Int32(MSG_MORE) : 0
        // sendmsg is writev with flags.
        let result = uninterrupted { sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL) | more) }
        return (IOResult(result, zero: .wouldBlock), total, false)
    }
}
