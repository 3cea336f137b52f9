/// Where a blob is, read from its id; nobody has to keep an index of blobs.
///
/// An id begins with the content's digest. One of 32 bytes is a digest and nothing else: the blob is a file of its own,
/// named by it. One of 28 bytes is the first 16 of the digest, the pack's number (4 bytes) and the offset in the pack
/// (8 bytes), the most significant byte first.
struct BlobID {
    /// The places blobs can be in.
    enum Place {
        case ownFile
        case packed(pack: UInt32, offset: Int)
    }

    static let packedBytes = Attachment.digestBytes + 12

    let bytes: [UInt8]
    let place: Place

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard bytes.count == Self.packedBytes else {
            place = .ownFile
            return
        }
        let pack = Self.number(bytes[Attachment.digestBytes..<Attachment.digestBytes + 4])
        let offset = Self.number(bytes[(Attachment.digestBytes + 4)...])
        place = .packed(pack: UInt32(truncatingIfNeeded: pack), offset: Int(truncatingIfNeeded: offset))
    }

    /// As much of the digest as all ids have.
    var digest: ArraySlice<UInt8> { bytes.prefix(Attachment.digestBytes) }

    /// The id of a place in a pack.
    static func packed(digest: [UInt8], pack: UInt32, offset: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(packedBytes)
        bytes += digest.prefix(Attachment.digestBytes)
        append(UInt64(pack), bytes: 4, to: &bytes)
        append(UInt64(offset), bytes: 8, to: &bytes)
        return bytes
    }

    static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func append(_ number: UInt64, bytes count: Int, to bytes: inout [UInt8]) {
        for index in 1...count { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * (count - index)))) }
    }
}
