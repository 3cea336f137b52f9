/// How much of a message's head is read before it is refused. The defaults are the daemon's; a tenant may set others.
package struct HTTPLimits: Sendable, Equatable {
    /// Bytes of the request (or status) line without its CRLF. More is 414.
    package var requestLine: Int
    /// Bytes of all field lines with their CRLFs, and again of all trailer lines. More is 431.
    package var headers: Int
    /// Field lines, and again trailer lines. More is 431.
    package var headerFields: Int
    /// Bytes of a body when the caller sets no limit of its own after the head. More is 413.
    package var body: Int

    /// A method longer than this is one nobody implements: 501 (RFC 9112 section 3). The longest registered has 17 letters.
    static let methodLength = 24
    /// Empty lines tolerated before a request line (RFC 9112 section 2.2).
    static let leadingLines = 4
    /// Bytes of all chunk extensions of one body, so that they cannot be used to send without end.
    static let chunkExtensions = 4_096
    /// Interim (1xx) responses skipped before a final one.
    static let interimResponses = 8

    package init(
        requestLine: Int = 8_192,
        headers: Int = 16_384,
        headerFields: Int = 100,
        body: Int = 1_048_576
    ) {
        self.requestLine = requestLine
        self.headers = headers
        self.headerFields = headerFields
        self.body = body
    }
}
