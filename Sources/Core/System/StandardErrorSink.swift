import Glibc
import Synchronization

/// Lines to standard error, written at once where somebody reads them.
///
/// Lanes write here and must never wait: what a full pipe or a halted terminal does not take is kept, up to a limit, and
/// written by a thread that lives as long as there is something to write. Beyond the limit lines are dropped and counted.
package final class StandardErrorSink: LogSink {
    private struct Backlog: Sendable {
        var bytes: [UInt8] = []
        var dropped = 0
        /// Whether the thread is at work: until it is done, all lines queue behind those that it has.
        var isDraining = false
    }

    /// A pipe that says it is writable takes so much without waiting (pipe(7), PIPE_BUF).
    private static let piece = 4096

    private let descriptor: Int32
    private let limit: Int
    private let backlog = Mutex(Backlog())
    /// Told whenever the thread has come to its end.
    private let emptied = BlockingQueue<Bool>(limit: 1)

    package convenience init() {
        self.init(descriptor: 2)
    }

    init(descriptor: Int32, limit: Int = 1 << 20) {
        self.descriptor = descriptor
        self.limit = limit
    }

    package func write(_ line: [UInt8]) {
        let mustStart = backlog.withLock { backlog in
            let done = backlog.isDraining ? 0 : writeWhatFits(line)
            guard done < line.count else { return false }
            // A line that has begun is finished. Lines that are dropped leave one gap, which is told at its place.
            if done > 0 || backlog.dropped == 0 && backlog.bytes.count + line.count <= limit {
                backlog.bytes += line[done...]
            } else {
                backlog.dropped += 1
            }
            defer { backlog.isDraining = true }
            return !backlog.isDraining
        }
        guard mustStart else { return }
        do throws(SystemError) {
            _ = try LoopThread.start(name: "log") { self.drain() }
        } catch {
            // No thread can be had: whoever writes has to wait after all.
            drain()
        }
    }

    /// Waits until everything is written, but only so long: perhaps nobody reads.
    package func flush(milliseconds: Int) {
        let clock = SystemClock()
        let end = clock.nowMonotonicMilliseconds + Int64(milliseconds)
        while backlog.withLock({ $0.isDraining }) {
            let left = end - clock.nowMonotonicMilliseconds
            guard left > 0 else { return }
            _ = emptied.pop(timeoutMilliseconds: Int(left))
        }
    }

    private func writeWhatFits(_ line: [UInt8]) -> Int {
        var done = 0
        while done < line.count, isWritable(milliseconds: 0) {
            let written = put(line, from: done, count: min(Self.piece, line.count - done))
            if written == -Int(EAGAIN) { break }
            // There is nowhere left to report to.
            guard written > 0 else { return line.count }
            done += written
        }
        return done
    }

    /// Whether a piece can be written without waiting; waits for it so long, for ever with -1.
    private func isWritable(milliseconds: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return uninterrupted { Int(poll(&request, 1, milliseconds)) } > 0
    }

    /// Writes the backlog, waiting as long as it takes.
    private func drain() {
        while true {
            let bytes = backlog.withLock { backlog in
                if backlog.dropped > 0 {
                    backlog.bytes += Array("(\(backlog.dropped) lines of the log could not be written)\n".utf8)
                    backlog.dropped = 0
                }
                let bytes = backlog.bytes
                backlog.bytes = []
                backlog.isDraining = !bytes.isEmpty
                return bytes
            }
            guard !bytes.isEmpty else {
                _ = emptied.push(true)
                return
            }
            var done = 0
            while done < bytes.count {
                let written = put(bytes, from: done, count: bytes.count - done)
                // Whoever shares the descriptor may have made it one that does not wait.
                if written == -Int(EAGAIN), isWritable(milliseconds: -1) { continue }
                guard written > 0 else { break }
                done += written
            }
        }
    }

    private func put(_ bytes: [UInt8], from start: Int, count: Int) -> Int {
        bytes.withUnsafeBytes { buffer in
            uninterrupted { Glibc.write(descriptor, buffer.baseAddress.map { $0 + start }, count) }
        }
    }
}
