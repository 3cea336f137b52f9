package import Core

/// SupportZen client: JSON from customers' apps, whose bearer is an HMAC over their e-mail address; chats and tickets.
package struct SupportZenClientDialect: Dialect {
    package static let name = DialectName.supportZenClient
    package static let version = "1.0"

    let settings: ZenSettings
    /// How a user whom the tenant has never seen is met.
    let firstContact: FirstContact
    /// The shared secrets of SupportZen live on the same tenant, whose requests are not this dialect's; nil without it.
    private let live: Authenticator?

    package init(_ setup: DialectSetup) throws(DialectSetupError) {
        settings = ZenSettings(setup)
        firstContact = Self.firstContact(setup.configuration)
        guard let other = setup.tenant.dialect(.supportZenLive), Self.isShared(setup.configuration, other) else {
            live = nil
            return
        }
        do throws(AuthPolicyError) {
            live = try Authenticator(policies: other.auth, agents: [])
        } catch {
            throw DialectSetupError("supportzen-client cannot tell supportzen-live's requests apart: \(error)")
        }
    }

    /// The document trusts the first request of anybody's e-mail, which a hardened tenant does not.
    private static func firstContact(_ configuration: DialectConfiguration) -> FirstContact {
        switch configuration.options.firstContact {
        case .trust: configuration.mode == .hardened ? .provisionedOnly : .trust
        case .flag: .flag
        case .provisionedOnly: .provisionedOnly
        }
    }

    /// Whether the paths of two dialects meet on some host.
    private static func isShared(_ one: DialectConfiguration, _ other: DialectConfiguration) -> Bool {
        guard (one.mount ?? "") == (other.mount ?? "") else { return false }
        guard let hosts = one.hosts, let others = other.hosts else { return true }
        return !Set(hosts).isDisjoint(with: others)
    }

    package func render(_ rejection: Rejection, for request: RequestContext?) -> Response {
        ZenEnvelope.failure(rejection, for: request)
    }

    package var routes: [Route] { settings.hasExtensions ? documentRoutes + extensionRoutes : documentRoutes }

    private var documentRoutes: [Route] {
        [
            write("/api/client/live/create") { try create(.chat, $0) },
            write("/api/client/live/chat") { try append(.chat, $0) },
            write("/api/client/ticket/create") { try create(.ticket, $0) },
            write("/api/client/ticket/append") { try append(.ticket, $0) },
        ]
    }

    private var extensionRoutes: [Route] {
        let files = ZenFiles.pattern(.supportZenClient)
        return [
            read("/api/client/live/chat/{chatId}") { try read(.chat, $0) },
            read("/api/client/ticket/list") { try listTickets($0) },
            read("/api/client/ticket/{ticketId}") { try read(.ticket, $0) },
            read(files + "/{fileId}") { try readFile($0) },
            read(files + "/{fileId}/{name}") { try readFile($0) },
        ]
    }

    private func write(
        _ pattern: String,
        _ handle: @escaping @Sendable (RequestContext) throws -> Outcome
    ) -> Route {
        Route(
            .post,
            pattern,
            body: settings.hasExtensions ? .collectedOrMultipart : .collected,
            audience: "customer",
            claims: { claims($0) },
            authorize: { try customer($0, .guestWrite) },
            handle: handle
        )
    }

    private func read(
        _ pattern: String,
        _ handle: @escaping @Sendable (RequestContext) throws -> Outcome
    ) -> Route {
        Route(
            .get,
            pattern,
            audience: pattern.contains("/files") ? "customer, signed URL" : "customer",
            claims: { claims($0) },
            authorize: { try reader($0) },
            handle: handle
        )
    }

    /// Everything but what carries one of the other dialect's secrets.
    private func claims(_ head: RequestHead) -> Bool {
        guard let live, let token = head.bearerToken else { return true }
        return !live.isSharedSecret(token)
    }

    /// The body names the customer. Where the other dialect shares the host, what carries neither a secret nor a digest
    /// is refused before anything else.
    private func customer(_ context: RequestContext, _ rateClass: RateClass) throws(Rejection) -> Caller {
        if live != nil { _ = try digest(of: context) }
        return Caller(.anonymous, rateClass)
    }

    private func reader(_ context: RequestContext) throws -> Caller {
        // A signature opens a file without a bearer.
        if context.bearerToken == nil, try context.query().first("sig") != nil { return Caller(.anonymous, .guestRead) }
        return try customer(context, .guestRead)
    }

    /// The 32 bytes of the bearer; a bearer of any other form is nobody's.
    func digest(of context: RequestContext) throws(Rejection) -> [UInt8] {
        guard let token = context.bearerToken, let digest = EmailHMAC.digest(fromBearer: token) else {
            throw EmailCredential.refusal
        }
        return digest
    }
}
