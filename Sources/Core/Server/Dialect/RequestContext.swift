/// One request on its way through a tenant's lane: the checked head, the body, who sent it, and the tenant.
///
/// Lives until it is answered, also while its operation is with the writer.
package final class RequestContext {
    package let head: RequestHead
    /// What the pattern's `{…}` took, in order, decoded once.
    package let parameters: [String]
    package let tenant: TenantLane
    /// The dialect that answers, and its configuration.
    package let dialect: any Dialect
    /// The client's address: the peer's, or what a trusted proxy says.
    package let client: PeerAddress
    /// When the head was complete, Unix milliseconds.
    package let now: Int64
    /// The tenant's prefix, where the request came through it: stands before every URL that is rendered for it.
    package let prefix: String
    /// Names the request in logs and error answers.
    package private(set) lazy var requestID = RequestID.of(head, random: tenant.lane.random)
    /// The route's pattern, for the log: paths hold ids, and queries may hold tokens.
    package let route: String
    /// Whether the client speaks TLS to this server.
    package let isEncrypted: Bool
    package internal(set) var caller = Caller(.anonymous, .unlimited)
    package internal(set) var body = RequestBody.none
    /// Sends the answer; set by the connection, gone once used.
    var responder: ((Response) -> Void)?
    private var parsedQuery: QueryItems?
    private let knownLimits: LimitsConfiguration?

    init(
        head: RequestHead,
        parameters: [String],
        tenant: TenantLane,
        dialect: any Dialect,
        client: PeerAddress,
        now: Int64,
        prefix: String,
        route: String,
        limits: LimitsConfiguration?,
        isEncrypted: Bool
    ) {
        self.head = head
        self.parameters = parameters
        self.tenant = tenant
        self.dialect = dialect
        self.client = client
        self.now = now
        self.prefix = prefix
        self.route = route
        knownLimits = limits
        self.isEncrypted = isEncrypted
    }

    /// Answers a request whose handler returned `later`. Only the first call counts.
    package func answer(_ response: Response) {
        let respond = responder
        responder = nil
        respond?(response)
    }

    /// Notes that a side is given everything up to a message with the answer. HEAD gives nothing.
    package func markDelivered(_ conversation: Conversation, _ side: Side, upTo number: Int64) {
        guard head.method != .head else { return }
        tenant.markDelivered(conversation, side, upTo: number)
    }

    /// Any failure of a handler as the dialect's answer: rejections as they are, the store's as retryable, all others
    /// as unexpected, with details in the log alone.
    package func render(_ error: any Error) -> Response {
        if let rejection = error as? Rejection { return dialect.render(rejection, for: self) }
        tenant.log.error("a request failed", .field("request", requestID), .field("route", route), .error(error))
        return dialect.render(error is StoreError ? .unavailable : .internalFailure, for: self)
    }

    /// The limits that hold for this dialect.
    package var limits: LimitsConfiguration { knownLimits ?? tenant.configuration.limits(of: type(of: dialect).name) }

    /// Files that came with the body and wait to be kept.
    var stagedFiles: [StagedBlob] {
        if case .form(let form) = body { form.files.map(\.staged) } else { [] }
    }

    /// The query's items.
    package func query() throws(Rejection) -> QueryItems {
        if let parsedQuery { return parsedQuery }
        guard let items = head.queryItems() else { throw Rejection(.malformed, "Malformed query string") }
        parsedQuery = items
        return items
    }

    /// The token of `Authorization: Bearer …`; the scheme's case does not matter.
    package var bearerToken: String? { head.bearerToken }

    /// The body as a JSON object. An empty body is an empty object where `allowsEmpty` says so.
    package func jsonObject(allowsEmpty: Bool = false) throws(Rejection) -> JSONValue {
        let bytes: [UInt8] =
            switch body {
            case .bytes(let bytes) where !bytes.isEmpty: bytes
            case .none, .bytes: allowsEmpty ? Array("{}".utf8) : []
            case .form: throw Rejection(.malformed, "A JSON body is required")
            }
        guard !bytes.isEmpty else { throw Rejection(.malformed, "A JSON body is required") }
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes)
        } catch {
            throw Rejection(.malformed, "\(error)")
        }
        guard document.root.object != nil else { throw Rejection(.malformed, "The body must be a JSON object") }
        return document.root
    }

    /// The key that recognises a retry of this request, from `Idempotency-Key`. `content` is a digestible text of
    /// the decoded fields; file hashes are added by the caller.
    package func idempotencyKey(_ content: [UInt8], lifetime: Int64 = 86_400_000) throws(Rejection) -> IdempotencyKey? {
        guard let key = head.field("idempotency-key") else { return nil }
        guard !key.isEmpty, key.utf8.count <= 256 else {
            throw Rejection.invalid("Idempotency-Key", "Idempotency-Key must have 1 to 256 bytes")
        }
        var hasher = SHA256Hasher()
        // A guest is the same with and without its session's token: the path names the session.
        let bearer = bearerToken.flatMap { SessionToken.hasForm($0) ? nil : $0 }
        let credential = caller.scope.isEmpty ? (bearer ?? "") : caller.scope
        for part in [type(of: dialect).name.rawValue, credential, head.method.name ?? "", routePath, key] {
            hasher.update(part.utf8Span.span)
            hasher.update([0].span)
        }
        return IdempotencyKey(scope: hasher.finish(), content: SHA256.digest(of: content), expiresAt: now + lifetime)
    }

    private var routePath: String { head.pathSegments()?.joined(separator: "/") ?? "" }
}

/// The body of a request, as its route asked for it.
package enum RequestBody {
    case none
    case bytes([UInt8])
    case form(ReceivedForm)
}

extension RequestHead {
    /// The token of `Authorization: Bearer …`.
    package var bearerToken: String? {
        guard let value = field("authorization") else { return nil }
        guard value.count > 7, value.prefix(7).lowercased() == "bearer " else { return nil }
        let token = value.dropFirst(7).drop { $0 == " " }
        return token.isEmpty ? nil : String(token)
    }
}
