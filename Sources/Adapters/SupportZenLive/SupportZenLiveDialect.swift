package import Core

/// SupportZen live: forms from a brand's backend, which knows a shared secret and speaks for its customers.
package struct SupportZenLiveDialect: Dialect {
    package static let name = DialectName.supportZenLive
    package static let version = "1.0"

    let settings: ZenSettings
    private let authenticator: Authenticator

    package init(_ setup: DialectSetup) throws(DialectSetupError) {
        settings = ZenSettings(setup)
        authenticator = setup.authenticator
    }

    /// The secret is the backend's: no browser is invited.
    package var allowsCrossOrigin: Bool { false }

    package func render(_ rejection: Rejection, for request: RequestContext?) -> Response {
        ZenEnvelope.failure(rejection, for: request)
    }

    package var routes: [Route] { settings.hasExtensions ? documentRoutes + extensionRoutes : documentRoutes }

    private var documentRoutes: [Route] {
        [
            Route(
                .post,
                "/api/client/live/create",
                body: .multipart,
                audience: "backend",
                claims: { claims($0) },
                authorize: { try backend($0) },
                handle: { try createChat($0) }
            ),
            Route(
                .post,
                "/api/client/live/chat",
                body: .multipart,
                audience: "backend",
                claims: { claims($0) },
                authorize: { try backend($0) },
                handle: { try sendMessage($0) }
            ),
        ]
    }

    private var extensionRoutes: [Route] {
        let files = ZenFiles.pattern(.supportZenLive)
        return [
            Route(
                .get,
                "/api/client/live/chat/{chatId}",
                audience: "backend",
                claims: { claims($0) },
                authorize: { try backend($0) },
                handle: { try readChat($0) }
            ),
            Route(
                .get,
                files + "/{fileId}",
                audience: "backend, signed URL",
                authorize: { try fileReader($0) },
                handle: { try readFile($0) }
            ),
            Route(
                .get,
                files + "/{fileId}/{name}",
                audience: "backend, signed URL",
                authorize: { try fileReader($0) },
                handle: { try readFile($0) }
            ),
        ]
    }

    /// On a host that the client dialect shares: a bearer equal to one of the secrets is meant for this one.
    private func claims(_ head: RequestHead) -> Bool {
        guard let token = head.bearerToken else { return false }
        return authenticator.isSharedSecret(token)
    }

    /// The backend, by the name of its secret.
    private func backend(_ context: RequestContext) throws -> Caller {
        guard let token = context.bearerToken,
            case .backend(let name)? = try authenticator.identify(
                token,
                reader: context.tenant.reads.reader,
                now: context.now
            )
        else { throw EmailCredential.refusal }
        try meetOrigin(context)
        return Caller(.backend(name), .agent)
    }

    /// A browser that knows the secret has made it public. The operator is told once; hardened tenants refuse.
    private func meetOrigin(_ context: RequestContext) throws(Rejection) {
        guard let origin = context.head.field("origin") else { return }
        let notice = context.tenant.state(of: Self.name) { SharedSecretNotice() }
        notice.warn(context.tenant, origin: origin)
        guard settings.mode == .hardened else { return }
        throw Rejection(.forbidden, "This API may not be called from browsers")
    }

    private func fileReader(_ context: RequestContext) throws -> Caller {
        let verdict = try ZenFiles(settings: settings).verdict(context)
        if verdict == .valid { return Caller(.anonymous, .guestRead) }
        if verdict != nil, context.bearerToken == nil {
            throw Rejection(.unauthenticated, "The link has expired or is not valid")
        }
        return try backend(context)
    }

    /// A backend that knows the secret speaks for every customer of the dialect: the conversation's birth is all that
    /// is judged.
    private func readFile(_ context: RequestContext) throws -> Outcome {
        try ZenFiles(settings: settings).answer(context, by: nil)
    }
}

/// Says once for each tenant that the secret is used from a browser.
private final class SharedSecretNotice {
    private var isGiven = false

    func warn(_ tenant: TenantLane, origin: String) {
        guard !isGiven else { return }
        isGiven = true
        tenant.log.warning(
            "a browser knows the shared secret of supportzen-live",
            .field("tenant", tenant.id),
            .field("origin", origin)
        )
    }
}
