import Glibc

/// Writing to the program's own streams at once, unbuffered: somebody may wait for a line.
package enum StandardStreams {
    package static func out(_ text: String) { write(text, to: 1) }

    package static func error(_ text: String) { write(text, to: 2) }

    /// Everything on standard input, up to a limit; nil when there is more.
    package static func readInput(limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        return withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
            while true {
                let count = uninterrupted { read(0, buffer.baseAddress, buffer.count) }
                guard count > 0 else { return bytes }
                bytes.append(contentsOf: buffer[..<count])
                if bytes.count > limit { return nil }
            }
        }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = uninterrupted {
                    Glibc.write(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
                }
                // Nobody reads any more; there is no other place to say so.
                guard count > 0 else { return }
                sent += count
            }
        }
    }
}
