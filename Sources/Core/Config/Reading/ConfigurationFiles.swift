/// How the loader reaches files. Injected, so that Config opens nothing itself and tests need no disk.
package struct ConfigurationFiles: Sendable {
    /// Why something could not be read.
    package enum Failure: Error, Sendable, Equatable {
        case missing
        /// Larger than the limit that was given.
        case tooLarge
        /// Anything else, in words: "permission denied", "is a directory".
        case unreadable(String)
    }

    /// The bytes of the file at a path, if they are at most so many.
    package let readFile: @Sendable (_ path: String, _ limit: Int) throws(Failure) -> [UInt8]
    /// The names in a folder, in any order.
    package let listDirectory: @Sendable (_ path: String) throws(Failure) -> [String]

    package init(
        readFile: @escaping @Sendable (_ path: String, _ limit: Int) throws(Failure) -> [UInt8],
        listDirectory: @escaping @Sendable (_ path: String) throws(Failure) -> [String]
    ) {
        self.readFile = readFile
        self.listDirectory = listDirectory
    }
}

extension ConfigurationFiles.Failure {
    /// For messages: `cannot be read: permission denied`.
    var sentence: String {
        switch self {
        case .missing: "does not exist"
        case .tooLarge: "is too large"
        case .unreadable(let reason): "cannot be read: \(reason)"
        }
    }
}

extension ConfigurationFiles {
    /// The machine's files.
    package static let system = ConfigurationFiles(
        readFile: { path, limit throws(Failure) in
            do throws(SystemError) { return try Files.readWhole(path, limit: limit) } catch { throw Failure(error) }
        },
        listDirectory: { path throws(Failure) in
            do throws(SystemError) { return try Files.list(path) } catch { throw Failure(error) }
        }
    )
}

extension ConfigurationFiles.Failure {
    fileprivate init(_ error: SystemError) {
        self = error.isNotFound ? .missing : .unreadable(error.reason)
    }
}

extension SystemError {
    /// Why, without the call and the path, which a message has already named.
    fileprivate var reason: String { detail ?? Self.text(of: code) }
}
