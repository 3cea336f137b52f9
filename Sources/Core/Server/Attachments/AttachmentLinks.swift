/// URLs of attachments that open without a credential until they expire, so that `<img src>` works.
///
/// Signed is the dialect's path inside the tenant, mount included, without the tenant's prefix and without the file
/// name that may follow it: the same link is good through the Host name and through the prefix.
package struct AttachmentLinks: Sendable {
    private let key: HMACKey

    /// `secret` is the tenant's own; links have a key of their own derived from it.
    package init(secret: [UInt8]) {
        key = HMACKey(HMACKey(secret).authenticate(Array("attachment-links".utf8)))
    }

    /// `base` + `prefix` + `path` (+ `/name`) with the query that opens it. `path` is percent-encoded where it needs to
    /// be; `name` is encoded here, and not signed: what is served has the stored name. Without a `base`, as in events
    /// that many clients share, the URL is relative to the host. `expiresAt` is in Unix milliseconds.
    package func url(
        path: String,
        name: String? = nil,
        prefix: String,
        base: String?,
        expiresAt: Int64
    ) -> String {
        var url = (base ?? "") + prefix + path
        if let name, !name.isEmpty { url += "/" + PercentCoding.encode(name, for: .path) }
        return url + "?" + SignedURL.query(path: path, expiry: Self.seconds(expiresAt), key: key)
    }

    /// Judges the `exp` and `sig` of a request for a path; nil when it has neither, so that a bearer decides. `path`
    /// is what `url` was given. `now` is in Unix milliseconds.
    package func verify(path: String, query: QueryItems, now: Int64) -> SignedURL.Verdict? {
        let expiry = query.first("exp")
        let signature = query.first("sig")
        if expiry == nil, signature == nil { return nil }
        return SignedURL.verify(
            path: path,
            expiry: expiry ?? "",
            signature: signature ?? "",
            nowUnixSeconds: now / 1000,
            key: key
        )
    }

    /// When a link that is made now should expire, in Unix milliseconds. Lifetimes of a minute and more end at full
    /// eighths of themselves: for that long the same link is made again, which keeps browsers' caches and the `ETag` of
    /// lists with links in them good. A link lives for at least seven eighths of its lifetime.
    package static func expiry(now: Int64, lifetime: Duration) -> Int64 {
        let milliseconds = max(1, lifetime.components.seconds) * 1000
        let end = now + milliseconds
        guard milliseconds >= 60_000 else { return end }
        return end - end % (milliseconds / 8)
    }

    /// Scheme, host and port as the client asked for them; nil for the rare request without a host.
    package static func base(of head: RequestHead, isSecure: Bool) -> String? {
        guard let host = head.host else { return nil }
        let authority = head.port.map { "\(host):\($0)" } ?? host
        return (isSecure ? "https://" : "http://") + authority
    }

    /// Rounded up: a link never ends before its time.
    private static func seconds(_ milliseconds: Int64) -> Int64 {
        milliseconds / 1000 + (milliseconds % 1000 > 0 ? 1 : 0)
    }
}
