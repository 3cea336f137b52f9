import Core
import Glibc
import Testing

@Suite struct FileTests {
    @Test func writesAndReadsAtOffsets() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.file("data")
        let file = try Files.open(path, .createNew(permissions: 0o600))
        try Files.write([1, 2, 3].span, to: file, at: 0)
        try Files.write([9].span, to: file, at: 5)
        try Files.syncData(file)
        try Files.sync(file)
        #expect(try Files.size(file) == 6)
        #expect(try Files.read(file, at: 1, count: 100) == [2, 3, 0, 0, 9])
        #expect(try Files.read(file, at: 100, count: 5).isEmpty)
        try Files.truncate(file, to: 2)
        #expect(try Files.readWhole(path) == [1, 2])
        let error = #expect(throws: SystemError.self) { _ = try Files.open(path, .createNew(permissions: 0o600)) }
        #expect(error?.isAlreadyExists == true)
        let appended = try Files.open(path, .append(permissions: 0o600))
        try Files.write([7, 8].span, to: appended)
        #expect(try Files.readWhole(path) == [1, 2, 7, 8])
        #expect(throws: SystemError(code: EFBIG, operation: "read \(path)")) { _ = try Files.readWhole(path, limit: 3) }
    }

    @Test func absentFilesSaySo() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.file("absent")
        let error = #expect(throws: SystemError.self) { _ = try Files.open(path, .read) }
        #expect(error?.isNotFound == true)
        #expect(error?.description == "open \(path): No such file or directory")
        #expect(try Files.status(path) == nil)
        #expect(try Files.unlink(path) == false)
        #expect(throws: SystemError.self) { _ = try Files.size(path) }
        #expect(throws: SystemError.self) { _ = try Files.list(path) }
    }

    @Test func pathsWithNULAreRefused() throws {
        #expect(throws: SystemError.self) { _ = try Files.open("/tmp\0x", .read) }
        #expect(throws: SystemError.self) { _ = try Files.status("/tmp\0x") }
        #expect(throws: SystemError.self) { try Files.makeDirectory("/tmp\0x") }
        #expect(throws: SystemError.self) { try Files.unlink("/tmp\0x") }
    }

    @Test func directories() throws {
        let scratch = try ScratchDirectory()
        let deep = scratch.file("a/b/c")
        try Files.makeDirectory(deep)
        try Files.makeDirectory(deep)
        #expect(try Files.status(deep)?.kind == .directory)
        _ = try scratch.make("a/é", [1])
        _ = try scratch.make("a/.hidden", [])
        #expect(try Files.list(scratch.file("a")) == [".hidden", "b", "é"])
        try Files.syncDirectory(deep)
        _ = try scratch.make("plain", [])
        #expect(throws: SystemError.self) { try Files.makeDirectory(scratch.file("plain/under")) }
        #expect(throws: SystemError.self) { try Files.syncDirectory(scratch.file("plain")) }
        try Files.removeTree(scratch.file("a"))
        #expect(try Files.list(scratch.path) == ["plain"])
    }

    @Test func renamingReplaces() throws {
        let scratch = try ScratchDirectory()
        let old = try scratch.make("old", [1])
        let new = try scratch.make("new", [2])
        try Files.rename(old, to: new)
        #expect(try Files.readWhole(new) == [1])
        #expect(try Files.unlink(new))
        #expect(try Files.list(scratch.path).isEmpty)
    }

    @Test func contentsAreReplacedWhole() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.file("state")
        try Files.replaceContents(of: path, with: [1, 2].span, permissions: 0o600)
        _ = try scratch.make("state.new", [9, 9, 9])
        try Files.replaceContents(of: path, with: [3].span, permissions: 0o600)
        #expect(try Files.readWhole(path) == [3])
        #expect(try Files.list(scratch.path) == ["state"])
        let status = try #require(try Files.status(path))
        #expect(status.kind == .regular && status.size == 1 && status.permissions == 0o600)
        #expect(abs(status.modifiedUnixMilliseconds - SystemClock().nowUnixMilliseconds) < 600_000)
    }

    @Test func aLockHasOneHolder() throws {
        let scratch = try ScratchDirectory()
        let path = try scratch.make("lock", [])
        let first = try Files.open(path, .readWrite)
        #expect(try Files.lockExclusively(first))
        let second = try Files.open(path, .readWrite)
        #expect(try Files.lockExclusively(second) == false)
        try first.close()
        #expect(try Files.lockExclusively(second))
    }

    @Test func specialFiles() throws {
        #expect(try !Files.readWhole("/proc/self/stat").isEmpty)
    }
}
