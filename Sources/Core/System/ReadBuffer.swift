import CLinux
import Glibc

/// A fixed buffer that socket reads land in: one per lane, lent to one connection at a time.
///
/// What a read brought is parsed in place; only the unfinished rest is copied away by the connection.
package final class ReadBuffer {
    private let memory: UnsafeMutableRawBufferPointer
    /// How many bytes the last read brought.
    package private(set) var count = 0

    package init(capacity: Int = 65_536) {
        memory = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit {
        memory.deallocate()
    }

    /// The most one read can bring.
    package var capacity: Int { memory.count }

    /// Lends the bytes of the last read.
    package func withSpan<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(rebasing: memory[..<count]).assumingMemoryBound(to: UInt8.self).span)
    }

    /// A copy of some bytes of the last read.
    package func copy(_ range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return Array(memory[range])
    }

    /// Forgets the bytes of the last read.
    package func clear() {
        count = 0
    }

    /// Replaces the contents by one read.
    func fill(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
        let result = read(memory)
        count = max(0, result)
        return result
    }
}

/// Reading and writing sockets.
extension FileDescriptor {
    /// One `recv` that replaces the buffer's contents.
    package func receive(into buffer: ReadBuffer) -> IOResult {
        let descriptor = raw
        let result = buffer.fill { memory in
            uninterrupted { recv(descriptor, memory.baseAddress, memory.count, 0) }
        }
        return IOResult(result, zero: .endOfFile)
    }

    /// One `recv` of at most `limit` bytes, appended to `bytes`.
    package func receive(appendingTo bytes: inout [UInt8], limit: Int = 16_384) -> IOResult {
        let descriptor = raw
        return withUnsafeTemporaryAllocation(byteCount: limit, alignment: 16) { memory in
            let result = uninterrupted { recv(descriptor, memory.baseAddress, memory.count, 0) }
            if result > 0 { bytes.append(contentsOf: memory[..<result]) }
            return IOResult(result, zero: .endOfFile)
        }
    }

    /// One `send`; a closed peer is an error value, never a signal.
    package func send(_ bytes: Span<UInt8>) -> IOResult {
        let descriptor = raw
        return bytes.withUnsafeBufferPointer { buffer in
            guard !buffer.isEmpty else { return .processed(0) }
            let result = uninterrupted { Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL)) }
            return IOResult(result, zero: .wouldBlock)
        }
    }
}
