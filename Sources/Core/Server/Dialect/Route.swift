/// One thing a dialect answers: a method, a path pattern, and three steps that run on the tenant's lane.
package struct Route: Sendable {
    /// What may come as the request's body.
    package enum Body: Sendable, Equatable {
        /// Read and dropped.
        case ignored
        /// Collected, up to the tenant's limit for JSON bodies.
        case collected
        /// As `collected`, or multipart with files.
        case collectedOrMultipart
        /// Multipart and nothing else: any other content type is refused.
        case multipart
    }

    package let method: HTTPMethod
    /// Segments separated by slashes; `{name}` takes any one segment.
    package let pattern: String
    /// False for paths that the dialect's mount does not stand before (Socket.IO's).
    package let isMounted: Bool
    package let body: Body
    /// Who may, in a word, for `gatewayd routes`.
    package let audience: String
    /// For routes that two dialects of a tenant share: whether the request is this one's. Routes without it share
    /// with nobody.
    package let claims: (@Sendable (RequestHead) -> Bool)?
    /// Looks at the head alone, before the body is read: who is it, and which bucket does it draw from.
    package let authorize: @Sendable (RequestContext) throws -> Caller
    /// Decodes, reads, and answers or names the operation to perform.
    package let handle: @Sendable (RequestContext) throws -> Outcome

    package init(
        _ method: HTTPMethod,
        _ pattern: String,
        isMounted: Bool = true,
        body: Body = .ignored,
        audience: String,
        claims: (@Sendable (RequestHead) -> Bool)? = nil,
        authorize: @escaping @Sendable (RequestContext) throws -> Caller,
        handle: @escaping @Sendable (RequestContext) throws -> Outcome
    ) {
        self.method = method
        self.pattern = pattern
        self.isMounted = isMounted
        self.body = body
        self.audience = audience
        self.claims = claims
        self.authorize = authorize
        self.handle = handle
    }
}

/// Who calls, as far as the head tells, and the bucket the request draws from.
package struct Caller: Sendable {
    package enum Kind: Sendable, Equatable {
        case anonymous
        /// A backend that knows a shared secret, by the secret's name.
        case backend(String)
        case customer(CustomerIdentity)
        case agent(AgentIdentity)
    }

    package let kind: Kind
    package let rateClass: RateClass

    package init(_ kind: Kind, _ rateClass: RateClass) {
        self.kind = kind
        self.rateClass = rateClass
    }

    package var agent: AgentIdentity? {
        if case .agent(let agent) = kind { agent } else { nil }
    }

    package var customer: CustomerIdentity? {
        if case .customer(let customer) = kind { customer } else { nil }
    }

    /// What tells this caller from others, for idempotency keys.
    package var scope: String {
        switch kind {
        case .anonymous: ""
        case .backend(let name): "backend:" + name
        case .customer(let customer): "customer:" + customer.key
        case .agent(let agent): "agent:" + agent.id
        }
    }
}

/// The token buckets an address has with a tenant.
package enum RateClass: Int, Sendable, CaseIterable {
    case guestWrite
    case guestRead
    case upload
    case agent
    /// Stands outside: typing, receipts, polls.
    case unlimited
}

/// What a handler decided.
package enum Outcome {
    /// Answer now.
    case respond(Response)
    /// Queue a write; its reply is rendered on the lane after the commit. A rejected one is rendered by the dialect.
    case perform(Operation, (Reply) throws -> Response)
    /// A read that is too long for a lane: runs on the reader thread, over a connection of its own.
    case query(@Sendable (any ChatReader) throws -> Response)
    /// Upgrade to WebSocket.
    case webSocket(WebSocketOpening)
    /// The handler has kept the context and will call its `answer` once, later. `cancelled` is called instead when
    /// the client goes away before.
    case later(cancelled: () -> Void)
}
