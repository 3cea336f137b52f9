/// What contents are digested with: two keys that only this tenant has.
///
/// A digest says whether two uploads are the same bytes, nothing else, so it need not be one that the world can compute.
/// It is HMAC-SHA256 under the second key of (GMAC of the content under the first, and the content's length). GMAC is a
/// universal hash: without its key nobody can do better than chance (2^-100 for a pair of files of a few MiB) at making
/// two contents collide. Its tags must not be seen, since a few of known contents would give the key away, above all
/// under one IV for all messages; behind HMAC they tell nothing but which are the same, and so that IV is sound here.
/// SHA-256 would cost thirty times as much where the processor has no instructions for it.
package struct ContentDigestKey: Sendable {
    private let hashing: [UInt8]
    private let hiding: HMACKey

    /// `secret` is the tenant's own; both keys are derived from it.
    package init(secret: [UInt8]) {
        let root = HMACKey(secret)
        hashing = Array(root.authenticate(Array("content-digest-hash".utf8)).prefix(GMACHandle.byteCount))
        hiding = HMACKey(root.authenticate(Array("content-digest-hide".utf8)))
    }

    /// Begins with a content that comes in pieces.
    package func begin() -> ContentHasher { ContentHasher(hashing: hashing, hiding: hiding) }

    /// The digest of a whole content.
    package func digest(of bytes: [UInt8]) -> [UInt8] {
        var hasher = begin()
        hasher.update(bytes.span)
        return hasher.finish()
    }
}

/// The digest of a content that comes in pieces.
package struct ContentHasher: ~Copyable, Sendable {
    /// The length of a digest.
    package static let byteCount = 32

    private var handle: GMACHandle
    private let hiding: HMACKey
    private var count: UInt64 = 0

    init(hashing: [UInt8], hiding: HMACKey) {
        handle = GMACHandle(key: hashing.span)
        self.hiding = hiding
    }

    /// Takes the next piece.
    package mutating func update(_ bytes: Span<UInt8>) {
        handle.update(bytes)
        count += UInt64(bytes.count)
    }

    /// The digest of all pieces; nothing may come after it.
    package mutating func finish() -> [UInt8] {
        var message = handle.finish()
        for shift in stride(from: 56, through: 0, by: -8) { message.append(UInt8(truncatingIfNeeded: count >> shift)) }
        return hiding.authenticate(message)
    }
}
