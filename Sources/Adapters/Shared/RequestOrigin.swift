import Core

extension RequestContext {
    private static let longestUserAgent = 512
    private static let longestReferrer = 2048

    /// Where a customer comes from, as agents are shown it. Clients can write what they like there, so it is cut.
    func origin(pageURL: String? = nil) -> Origin {
        Origin(
            userAgent: head.field("user-agent")?.cut(toBytes: Self.longestUserAgent),
            address: client.description,
            referrer: head.field("referer")?.cut(toBytes: Self.longestReferrer),
            pageURL: pageURL
        )
    }
}

extension String {
    /// The longest beginning that fits into so many bytes.
    func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
