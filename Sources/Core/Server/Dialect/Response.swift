/// What is sent back for one request.
package struct Response: Sendable {
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        case file(FileReference, offset: Int, length: Int)

        package var length: Int {
            switch self {
            case .none: 0
            case .bytes(let bytes): bytes.count
            case .file(_, _, let length): length
            }
        }
    }

    package var head: ResponseHead
    package var body: Body
    /// The length that an answer without a body declares all the same: to HEAD, or with 304.
    package var declaredLength: Int?
    /// Close the connection after it.
    package var closes = false

    package init(_ head: ResponseHead, body: Body = .none) {
        self.head = head
        self.body = body
    }

    package init(_ status: HTTPStatus) {
        self.init(ResponseHead(status))
    }

    /// What every JSON answer carries: chats belong in no cache, and nothing is to be guessed about their type.
    package static let jsonType = HTTPFieldBlock([
        HTTPField("Content-Type", "application/json; charset=utf-8"),
        HTTPField("Cache-Control", "no-store"),
        HTTPField("X-Content-Type-Options", "nosniff"),
    ])
    /// The same for answers that carry an `ETag`: kept by the client, asked about every time.
    package static let revalidatedJSONType = HTTPFieldBlock([
        HTTPField("Content-Type", "application/json; charset=utf-8"),
        HTTPField("Cache-Control", "private, no-cache"),
        HTTPField("X-Content-Type-Options", "nosniff"),
    ])

    /// A JSON body that was encoded elsewhere.
    package static func json(_ status: HTTPStatus = .ok, bytes: [UInt8]) -> Response {
        Response(ResponseHead(status, block: jsonType), body: .bytes(bytes))
    }

    /// A JSON object, written in place.
    package static func json(
        _ status: HTTPStatus = .ok,
        capacity: Int = 512,
        _ build: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter(capacity: capacity)
        writer.object { build(&$0) }
        return json(status, bytes: writer.bytes)
    }

    /// Adds a field.
    package func adding(_ name: String, _ value: String) -> Response {
        var copy = self
        copy.head.add(name, value)
        return copy
    }
}
