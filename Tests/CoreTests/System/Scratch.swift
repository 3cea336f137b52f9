import Core
import Glibc

/// A directory of its own for one test, removed with everything in it.
final class ScratchDirectory {
    let path: String

    init() throws {
        path = try Files.makeTemporaryDirectory(prefix: "gatewayd-system-")
    }

    deinit {
        // A left-over temporary directory fails no test.
        _ = try? Files.removeTree(path)
    }

    func file(_ name: String) -> String { path + "/" + name }

    func make(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = try Files.open(file(name), .create(permissions: 0o600))
        try Files.write(bytes.span, to: file, at: 0)
        return self.file(name)
    }
}

/// Reads until `count` bytes are there or the other side ends; waits for readiness, never sleeps.
func readAll(_ socket: borrowing FileDescriptor, count: Int = .max) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
        switch socket.receive(appendingTo: &bytes, limit: 65_536) {
        case .processed: continue
        case .wouldBlock:
            guard try Sockets.wait(for: .readable, on: socket, timeoutMilliseconds: 10_000) else { return bytes }
        case .endOfFile: return bytes
        case .failed(let code): throw SystemError(code: code, operation: "recv")
        }
    }
    return bytes
}
