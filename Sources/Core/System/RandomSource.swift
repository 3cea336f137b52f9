import CLinux
import Glibc
import Synchronization

/// Where random bytes come from.
package protocol RandomSource: Sendable {
    /// So many fresh random bytes.
    func bytes(count: Int) -> [UInt8]
    /// A random number of 64 bits.
    func nextUInt64() -> UInt64
}

extension RandomSource {
    /// A number from 0 up to, not including, `bound`, each as likely.
    package func next(below bound: UInt64) -> UInt64 {
        precondition(bound > 0)
        // Lemire's method: reject the few products that would favour small numbers.
        let threshold = (0 &- bound) % bound
        while true {
            let product = nextUInt64().multipliedFullWidth(by: bound)
            if product.low >= threshold { return product.high }
        }
    }
}

/// The kernel's random numbers, fetched in blocks: an identifier costs no system call of its own.
package final class SystemRandom: RandomSource {
    private struct Pool {
        var bytes: [UInt8] = []
    }

    private static let blockSize = 1024
    private let pool = Mutex(Pool())

    package init() {}

    package func bytes(count: Int) -> [UInt8] {
        guard count <= Self.blockSize / 4 else { return Self.fetch(count) }
        return pool.withLock { pool in
            if pool.bytes.count < count { pool.bytes = Self.fetch(Self.blockSize) }
            // Bytes leave the pool when they are handed out: no later memory leak can show a token again.
            let start = pool.bytes.count - count
            let result = Array(pool.bytes[start...])
            for index in start..<pool.bytes.count { pool.bytes[index] = 0 }
            pool.bytes.removeLast(count)
            return result
        }
    }

    package func nextUInt64() -> UInt64 {
        bytes(count: 8).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }

    private static func fetch(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let result = uninterrupted { getrandom(buffer.baseAddress.map { $0 + filled }, count - filled, 0) }
                // The call cannot fail on a kernel that runs this program; guessable secrets would be worse than an end.
                precondition(result > 0, "getrandom failed")
                filled += result
            }
        }
    }
}

/// The same numbers on every run, for tests (SplitMix64).
package final class SeededRandom: RandomSource {
    private let state: Mutex<UInt64>

    package init(seed: UInt64) {
        state = Mutex(seed)
    }

    package func nextUInt64() -> UInt64 {
        state.withLock { state in
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    package func bytes(count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        while result.count < count {
            withUnsafeBytes(of: nextUInt64().littleEndian) {
                result.append(contentsOf: $0.prefix(count - result.count))
            }
        }
        return result
    }
}
