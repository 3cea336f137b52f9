/// What stands before each blob in a pack, so that packs can be checked, and read back without the database: eight
/// bytes `gwblob1` and a line end, the length in eight bytes, the most significant first, and the 16 bytes of the digest
/// that are in the id.
struct BlobHeader: Equatable {
    static let byteCount = 32

    private static let magic = Array("gwblob1\n".utf8)

    let digest: [UInt8]
    let size: Int

    init(digest: [UInt8], size: Int) {
        self.digest = Array(digest.prefix(Attachment.digestBytes))
        self.size = size
    }

    /// Nil where no header stands.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount, bytes.starts(with: Self.magic) else { return nil }
        let size = BlobID.number(bytes[8..<16])
        guard size <= Pack.limit else { return nil }
        self.size = Int(size)
        digest = Array(bytes[16...])
    }

    /// Overwrites the first bytes, which were kept free for it.
    func write(to bytes: inout [UInt8]) {
        var header = Self.magic
        BlobID.append(UInt64(size), bytes: 8, to: &header)
        header += digest
        bytes.replaceSubrange(..<Self.byteCount, with: header)
    }
}
