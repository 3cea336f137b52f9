import Testing

@testable import Core

@Suite("Small files in packs")
struct PackTests {
    private static let header = BlobHeader.byteCount

    private func content(_ count: Int, _ seed: UInt8 = 1) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) &+ seed }
    }

    private func read(_ scene: UploadScene, _ hash: [UInt8]) throws -> [UInt8]? {
        try scene.blobs.open(hash: hash).map { try $0.read(at: 0, count: .max) }
    }

    private func packs(_ scene: UploadScene) throws -> [String] { try Files.list(scene.path("blobs/packs")) }

    /// How many blocks of 512 bytes a pack takes; the tests' file system can punch holes.
    private func isEmpty(_ scene: UploadScene, _ name: String) throws -> Bool {
        try !Files.hasContents(try Files.open(scene.path("blobs/packs/" + name), .read))
    }

    @Test(arguments: [0, 1, 4063, 4064, 4065, 65_536, 131_071, 131_072])
    func smallOnesAreReadBackFromAPack(count: Int) throws {
        let scene = try UploadScene()
        let bytes = content(count)
        let staged = try scene.staged(bytes)
        #expect(staged.hash.count == 28)
        #expect(staged.size == count)
        #expect(try staged.open().read(at: 0, count: .max) == bytes)
        try scene.blobs.keep(staged)
        let file = try #require(try scene.blobs.open(hash: staged.hash))
        #expect(file.size == count)
        #expect(try file.read(at: 0, count: .max) == bytes)
        #expect(try file.read(at: count, count: 10).isEmpty)
        if count > 2 { #expect(try file.read(at: 1, count: 1) == [bytes[1]]) }
        #expect(try packs(scene) == ["0001.pack"])
        #expect(try scene.incoming().isEmpty)
    }

    @Test(arguments: [131_073, 262_144, 300_000])
    func largeOnesAreFilesOfTheirOwn(count: Int) throws {
        let scene = try UploadScene()
        let bytes = content(count)
        let staged = try scene.staged(bytes)
        #expect(staged.hash.count == 32)
        try scene.blobs.keep(staged)
        #expect(try read(scene, staged.hash) == bytes)
        #expect(try packs(scene).isEmpty)
        let name = Hex.encode(staged.hash)
        #expect(try Files.size(scene.path("blobs/\(name.prefix(2))/\(name.dropFirst(2))")) == count)
    }

    @Test func manyInOneKeepAndWhatTheDigestIs() throws {
        let scene = try UploadScene()
        let contents = (1...20).map { content($0 * 1000, UInt8($0)) } + [content(200_000)]
        let files = try contents.map { try scene.staged($0) }
        try scene.blobs.keep(files)
        let key = ContentDigestKey(secret: UploadScene.secret)
        for (file, bytes) in zip(files, contents) {
            #expect(try read(scene, file.hash) == bytes)
            #expect(file.hash.prefix(16) == key.digest(of: bytes).prefix(16))
        }
    }

    @Test func goesOnBehindWhatIsThere() throws {
        let scene = try UploadScene()
        let first = try scene.staged(content(5000))
        try scene.blobs.keep(first)
        // A crash: written, kept by nobody, and still there.
        let path = scene.path("blobs/packs/0001.pack")
        try Files.write([1, 2, 3].span, to: try Files.open(path, .readWrite), at: 9000)
        let again = try BlobStore(folder: scene.scratch.path, secret: UploadScene.secret)
        let writer = again.makeWriter()
        try writer.write(content(70, 9).span)
        let second = try writer.finish()
        try again.keep(second)
        #expect(try again.open(hash: first.hash)?.read(at: 0, count: .max) == content(5000))
        #expect(try again.open(hash: second.hash)?.read(at: 0, count: .max) == content(70, 9))
        #expect(try Files.size(path) == 12_288 + Self.header + 70)
    }

    @Test func removedOnesGiveTheirSpaceBack() throws {
        let scene = try UploadScene()
        let files = try (1...3).map { try scene.staged(content(10_000, UInt8($0))) }
        try scene.blobs.keep(files)
        try scene.blobs.remove(files[1].hash)
        try scene.blobs.remove(files[1].hash)
        #expect(try read(scene, files[0].hash) == content(10_000, 1))
        #expect(try read(scene, files[1].hash) == nil)
        #expect(try read(scene, files[2].hash) == content(10_000, 3))
        for file in files { try scene.blobs.remove(file.hash) }
        #expect(try isEmpty(scene, "0001.pack"))
    }

    @Test func droppedOnesLeaveTheirPlaceToTheNext() throws {
        let scene = try UploadScene()
        let first = try scene.staged(content(10_000, 1)).hash
        #expect(try isEmpty(scene, "0001.pack"))
        let second = try scene.staged(content(10_000, 2))
        #expect(second.hash.suffix(12) == first.suffix(12))
        try scene.blobs.keep(second)
        #expect(try read(scene, second.hash) == content(10_000, 2))
        second.discard()
        #expect(try read(scene, second.hash) == content(10_000, 2))
        // The dropped one's id names another content's place.
        #expect(throws: SystemError.self) { try scene.blobs.open(hash: first) }
    }

    @Test func emptyPacksGoAtTheNextStartButNotTheNewest() throws {
        let scene = try UploadScene()
        try scene.blobs.keep(try scene.staged(content(100)))
        let folder = scene.path("blobs/packs/")
        for name in ["0002.pack", "0003.pack", "0004.pack"] {
            let file = try Files.open(folder + name, .createNew(permissions: 0o600))
            try Files.truncate(file, to: 1 << 20)
            if name == "0003.pack" { try Files.write([1].span, to: file, at: 500_000) }
        }
        _ = try BlobStore(folder: scene.scratch.path, secret: UploadScene.secret)
        #expect(try packs(scene) == ["0001.pack", "0003.pack", "0004.pack"])
    }

    @Test func aFullPackIsFollowedByAnother() throws {
        let scene = try UploadScene()
        _ = try scene.scratch.make("blobs/packs/0007.pack", [])
        try Files.truncate(try Files.open(scene.path("blobs/packs/0007.pack"), .readWrite), to: Pack.limit - 8192)
        let blobs = try BlobStore(folder: scene.scratch.path, secret: UploadScene.secret)
        var hashes: [[UInt8]] = []
        for seed in 1...3 as ClosedRange<UInt8> {
            let writer = blobs.makeWriter()
            try writer.write(content(4000, seed).span)
            let staged = try writer.finish()
            try blobs.keep(staged)
            hashes.append(staged.hash)
        }
        #expect(hashes.map { $0[19] } == [7, 7, 8])
        for (index, hash) in hashes.enumerated() {
            #expect(try blobs.open(hash: hash)?.read(at: 0, count: .max) == content(4000, UInt8(index + 1)))
        }
    }

    @Test func whatIsDamagedIsNotServed() throws {
        let scene = try UploadScene()
        let staged = try scene.staged(content(9000))
        try scene.blobs.keep(staged)
        let file = try Files.open(scene.path("blobs/packs/0001.pack"), .readWrite)
        try Files.truncate(file, to: 5000)
        #expect(throws: SystemError.self) { try scene.blobs.open(hash: staged.hash) }
        for offset in 0..<Self.header {
            let byte = try Files.read(file, at: offset, count: 1)
            try Files.write([byte[0] ^ 0x40].span, to: file, at: offset)
            #expect(throws: SystemError.self) { try scene.blobs.open(hash: staged.hash) }
            try Files.write(byte.span, to: file, at: offset)
        }
        try Files.truncate(file, to: 0)
        #expect(try scene.blobs.open(hash: staged.hash) == nil)
        for pack in [9, 0xFF] as [UInt8] {
            let elsewhere = staged.hash.prefix(16) + [UInt8](repeating: pack, count: 12)
            #expect(try scene.blobs.open(hash: Array(elsewhere)) == nil)
            try scene.blobs.remove(Array(elsewhere))
        }
    }

    /// `/dev/full` takes no byte, and `/dev/null` takes all and cannot sync.
    @Test func afterAFailedSyncNothingOfThePackIsBelieved() throws {
        let scene = try UploadScene()
        try scene.fault("/dev/null")
        let blobs = try BlobStore(folder: scene.scratch.path, secret: UploadScene.secret)
        func stage(_ seed: UInt8) throws -> StagedBlob {
            let writer = blobs.makeWriter()
            try writer.write(content(100, seed).span)
            return try writer.finish()
        }
        let (first, second) = (try stage(1), try stage(2))
        #expect(throws: SystemError.self) { try blobs.keep(first) }
        #expect(throws: SystemError.self) { try blobs.keep(second) }
        #expect(throws: SystemError.self) { try blobs.keep([first, second]) }
        let third = try stage(3)
        try blobs.keep(third)
        #expect(third.hash[19] == 2)
        #expect(try blobs.open(hash: third.hash)?.read(at: 0, count: .max) == content(100, 3))
    }

    @Test func aFullDiskIsTold() throws {
        let scene = try UploadScene()
        try scene.fault("/dev/full")
        let blobs = try BlobStore(folder: scene.scratch.path, secret: UploadScene.secret)
        let writer = blobs.makeWriter()
        try writer.write(content(100).span)
        let error = #expect(throws: SystemError.self) { try writer.finish() }
        #expect(error?.isNoSpace == true)
    }
}
