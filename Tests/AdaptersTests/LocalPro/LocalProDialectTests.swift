import Core
import Testing

@testable import Adapters

/// Setup, routes and errors.
@Suite struct LocalProDialectTests {
    private typealias Samples = LocalProSamples

    @Test func routesAreTheDocuments() throws {
        let dialect = try LocalProDialect(Samples.setup())
        let routes = dialect.routes.map { "\($0.method.name ?? "") \($0.pattern)" }
        #expect(
            Set(routes) == [
                "POST /api/live-chat/sessions",
                "GET /api/live-chat/sessions/{sessionId}",
                "POST /api/live-chat/sessions/{sessionId}/messages",
                "GET /api/live-chat/sessions/{sessionId}/messages",
                "POST /api/live-chat/upload",
                "PATCH /api/live-chat/sessions/{sessionId}/end",
                "POST /api/live-chat/sessions/{sessionId}/rate",
                "POST /api/live-chat/sessions/{sessionId}/typing",
                "GET /api/live-chat/attachments/{attachmentId}",
                "GET /api/admin/live-chat/sessions",
                "GET /api/admin/live-chat/sessions/{sessionId}",
                "POST /api/admin/live-chat/sessions/{sessionId}/reply",
                "PATCH /api/admin/live-chat/sessions/{sessionId}/assign",
                "PATCH /api/admin/live-chat/sessions/{sessionId}/status",
                "POST /api/admin/live-chat/sessions/{sessionId}/notes",
                "POST /api/admin/live-chat/sessions/{sessionId}/transfer",
                "GET /api/admin/live-chat/analytics",
                "GET /api/admin/live-chat/customers/{email}/history",
                "DELETE /api/admin/live-chat/sessions/{sessionId}",
                "GET /ws/live-chat",
            ]
        )
        var table = RouteTable()
        table.add(dialect.routes, dialect: 0, mount: nil, hosts: nil)
        #expect(table.collisions().isEmpty)
    }

    @Test func everyFactIsCovered() {
        #expect(Set(LocalProDialect.coverage.map(\.fact)) == Set(CanonicalFact.allCases))
        #expect(LocalProDialect.coverage.count == CanonicalFact.allCases.count)
    }

    @Test func hardenedRefusesOpenAgents() throws {
        let open = try Samples.setup(mode: .hardened) { $0.websocketAdmin = .open }
        #expect(throws: DialectSetupError.self) { try LocalProDialect(open) }
        let closed = try Samples.setup(mode: .hardened)
        #expect(try LocalProDialect(closed).settings.sessionAuth == .required)
        #expect(LocalProDialect.sessionAuth(of: try Samples.setup().configuration) == .guarded)
    }

    @Test(arguments: [
        (nil, "Welcome Ann! A support agent will be with you shortly."),
        ("Hi {name}, {name}!", "Hi Ann, Ann!"),
        ("{} {nam} {name", "{} {nam} {name"),
        ("", ""),
    ])
    func welcomes(template: String?, expected: String) throws {
        let settings = try LocalProSettings(Samples.setup { $0.welcome = template })
        #expect(settings.welcome(name: "Ann") == expected)
        #expect(settings.welcome(name: "{name}").contains("{name}{name}") == false)
    }

    @Test(arguments: [
        (Rejection.Reason.malformed, 400 as UInt16), (.unauthenticated, 401), (.forbidden, 403), (.unknownRoute, 404),
        (.wrongMethod, 405), (.unknownConversation, 404), (.unknownAgent, 404), (.unknownAttachment, 404),
        (.alreadyExists, 400), (.deleted, 400), (.closed, 400), (.alreadyClosed, 400), (.alreadyAssigned, 400),
        (.tooLarge, 413), (.fileTooLarge, 400), (.tooManyFiles, 400), (.unsupportedFile, 400),
        (.unsupportedContentType, 415), (.timedOut, 408), (.idempotencyMismatch, 422), (.rateLimited, 429),
        (.unavailable, 503),
        (.internalFailure, 500),
    ])
    func statuses(reason: Rejection.Reason, status: UInt16) {
        #expect(LocalProErrors.status(reason) == HTTPStatus(status))
    }

    @Test func errorsInStrictAreTheDocuments() throws {
        let dialect = try LocalProDialect(Samples.setup(mode: .strict))
        let examples: [(Rejection, String)] = [
            (.unknownConversation, #"{"success":false,"message":"Session not found"}"#),
            (LocalProDialect.unauthorized, #"{"success":false,"message":"No token, authorization denied"}"#),
            (.invalid("limit", "limit is wrong"), #"{"success":false,"message":"limit is wrong"}"#),
        ]
        for (rejection, body) in examples {
            #expect(localProText(dialect.render(rejection, for: nil)) == body)
        }
    }

    @Test func errorsInCompatSayMore() {
        let response = LocalProErrors.response(.invalid("limit", "no"), mode: .compat, requestID: "r1")
        #expect(
            localProText(response)
                == #"{"success":false,"message":"no","code":"malformed","field":"limit","requestId":"r1"}"#
        )
        let failure = LocalProErrors.response(.internalFailure, mode: .strict, requestID: "r1")
        #expect(localProText(failure) == #"{"success":false,"message":"Internal server error (request r1)"}"#)
    }

    @Test func errorFields() {
        let limited = Rejection(.rateLimited, "slow", retryAfter: 9, limit: 100, reset: 900)
        let response = LocalProErrors.response(limited, mode: .strict, requestID: nil)
        #expect(response.head.field("retry-after") == "9")
        #expect(response.head.field("ratelimit-limit") == "100")
        #expect(response.head.field("ratelimit-remaining") == "0")
        #expect(response.head.field("ratelimit-reset") == "900")
        let method = LocalProErrors.response(
            Rejection(.wrongMethod, "no", allow: "GET, HEAD"),
            mode: .strict,
            requestID: nil
        )
        #expect(method.head.field("allow") == "GET, HEAD")
        let busy = LocalProErrors.response(.unavailable, mode: .strict, requestID: nil)
        #expect(busy.head.field("retry-after") == "1")
        let unknown = LocalProErrors.response(LocalProDialect.unauthorized, mode: .strict, requestID: nil)
        #expect(unknown.head.field("www-authenticate") == "Bearer")
    }
}
