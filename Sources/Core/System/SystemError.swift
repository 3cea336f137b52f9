import Glibc

/// A system call that failed: which one, on what, and why.
package struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The `errno` value.
    package let code: Int32
    /// The call, with its object where that helps an operator: `bind 127.0.0.1:8080`.
    package let operation: String
    /// Text in place of the `errno` text, for libraries with error codes of their own (`getaddrinfo`).
    package let detail: String?

    package init(code: Int32, operation: String, detail: String? = nil) {
        self.code = code
        self.operation = operation
        self.detail = detail
    }

    /// `open /etc/shadow: Permission denied`.
    package var description: String {
        "\(operation): \(detail ?? Self.text(of: code))"
    }

    /// The C library's sentence for an `errno` value.
    package static func text(of code: Int32) -> String {
        // Thread-safe since glibc 2.32.
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }

    /// The code of a disk that fails, for bytes that are not what they must be.
    package static var inputOutput: Int32 { EIO }
    /// The code of a file that is not there.
    package static var notFound: Int32 { ENOENT }

    /// True when a file or directory named by the call does not exist.
    package var isNotFound: Bool { code == ENOENT }
    /// True when the file exists already.
    package var isAlreadyExists: Bool { code == EEXIST }
    /// True when the address to listen on is taken.
    package var isAddressInUse: Bool { code == EADDRINUSE }
    /// True when the disk or a quota is full.
    package var isNoSpace: Bool { code == ENOSPC || code == EDQUOT }
}
