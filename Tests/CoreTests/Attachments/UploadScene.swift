import Core
import Glibc

/// Ids 1, 2, 3, …
final class CountingIDs: IDSource {
    private var last: UInt64 = 0

    func next() -> EntityID {
        last += 1
        return EntityID(high: 0, low: last)
    }
}

/// A blob store in a folder of its own, and files on their way into it.
struct UploadScene {
    let scratch: ScratchDirectory
    let blobs: BlobStore
    let sink = MemorySink()
    let log: Log

    init() throws {
        scratch = try ScratchDirectory()
        blobs = try BlobStore(folder: scratch.path, secret: Self.secret)
        log = Log(format: .json, sink: sink)
    }

    /// The names of what is being received.
    func incoming() throws -> [String] { try Files.list(scratch.path + "/incoming") }

    func staged(_ bytes: [UInt8]) throws -> StagedBlob {
        let writer = blobs.makeWriter()
        try writer.write(bytes.span)
        return try writer.finish()
    }

    func received(_ name: String, _ bytes: [UInt8], type: String? = nil, field: String = "files") throws -> ReceivedFile
    {
        let blob = try staged(bytes)
        return ReceivedFile(
            fieldName: field,
            fileName: name,
            declaredType: type,
            size: Int64(bytes.count),
            hash: blob.hash,
            staged: blob
        )
    }

    func recognize(
        _ name: String,
        _ bytes: [UInt8],
        type: String? = nil,
        allowed: FileTypes = .chatModule
    ) throws -> Attachment {
        let file = try received(name, bytes, type: type)
        return try FileSniffer(ids: CountingIDs(), log: log).recognize(file, allowed: allowed)
    }
}

extension UploadScene {
    static let secret = Array("a tenant's secret".utf8)

    /// Puts a device where the first pack will be.
    func fault(_ device: String) throws {
        let link = scratch.path + "/blobs/packs/0001.pack"
        guard symlink(device, link) == 0 else { throw SystemError(code: errno, operation: "symlink") }
    }
}
