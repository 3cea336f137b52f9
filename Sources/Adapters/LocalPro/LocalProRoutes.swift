package import Core

/// The route table. Guests prove nothing but the session's id (and its token); agents need a bearer.
extension LocalProDialect {
    package var routes: [Route] { guestRoutes + fileRoutes + agentRoutes + managementRoutes + [socketRoute] }

    private var guestRoutes: [Route] {
        [
            guest(.post, "/api/live-chat/sessions", .guestWrite, body: .collected) { try createSession($0) },
            guest(.get, "/api/live-chat/sessions/{sessionId}", .guestRead) { try getSession($0) },
            Route(
                .post,
                "/api/live-chat/sessions/{sessionId}/messages",
                body: .collectedOrMultipart,
                audience: "guest",
                authorize: { try guestSender($0) },
                handle: { try sendMessage($0) }
            ),
            guest(.get, "/api/live-chat/sessions/{sessionId}/messages", .guestRead) { try listMessages($0) },
            guest(.patch, "/api/live-chat/sessions/{sessionId}/end", .guestWrite, body: .collected) {
                try endSession($0)
            },
            guest(.post, "/api/live-chat/sessions/{sessionId}/rate", .guestWrite, body: .collected) {
                try rateSession($0)
            },
            guest(.post, "/api/live-chat/sessions/{sessionId}/typing", .unlimited, body: .collected) {
                try signalTyping($0)
            },
        ]
    }

    private var fileRoutes: [Route] {
        [
            guest(.post, "/api/live-chat/upload", .upload, body: .multipart) { try upload($0) },
            Route(
                .get,
                "/api/live-chat/attachments/{attachmentId}",
                audience: "signed URL, guest, agent",
                authorize: { try downloader($0) },
                handle: { try download($0) }
            ),
        ]
    }

    private var agentRoutes: [Route] {
        [
            agent(.get, "/api/admin/live-chat/sessions") { try listSessions($0) },
            agent(.get, "/api/admin/live-chat/sessions/{sessionId}") { try sessionDetail($0) },
            agent(.post, "/api/admin/live-chat/sessions/{sessionId}/reply", body: .collectedOrMultipart) {
                try reply($0)
            },
            agent(.get, "/api/admin/live-chat/analytics") { try analytics($0) },
            agent(.get, "/api/admin/live-chat/customers/{email}/history") { try customerHistory($0) },
        ]
    }

    private var managementRoutes: [Route] {
        [
            agent(.patch, "/api/admin/live-chat/sessions/{sessionId}/assign", body: .collected) {
                try assignSession($0)
            },
            agent(.patch, "/api/admin/live-chat/sessions/{sessionId}/status", body: .collected) {
                try updateSession($0)
            },
            agent(.post, "/api/admin/live-chat/sessions/{sessionId}/notes", body: .collected) { try addNote($0) },
            agent(.post, "/api/admin/live-chat/sessions/{sessionId}/transfer", body: .collected) {
                try transferSession($0)
            },
            Route(
                .delete,
                "/api/admin/live-chat/sessions/{sessionId}",
                audience: "admin, super_admin",
                authorize: { try administrator($0) },
                handle: { try deleteSession($0) }
            ),
        ]
    }

    /// Who may open the socket is told with a close code, after the upgrade: browsers see no other.
    private var socketRoute: Route {
        Route(
            .get,
            "/ws/live-chat",
            audience: "guest, agent",
            authorize: { _ in Caller(.anonymous, .guestRead) },
            handle: { try openSocket($0) }
        )
    }

    private func guest(
        _ method: HTTPMethod,
        _ pattern: String,
        _ rateClass: RateClass,
        body: Route.Body = .ignored,
        handle: @escaping @Sendable (RequestContext) throws -> Outcome
    ) -> Route {
        Route(
            method,
            pattern,
            body: body,
            audience: "guest",
            authorize: { _ in Caller(.anonymous, rateClass) },
            handle: handle
        )
    }

    private func agent(
        _ method: HTTPMethod,
        _ pattern: String,
        body: Route.Body = .ignored,
        handle: @escaping @Sendable (RequestContext) throws -> Outcome
    ) -> Route {
        Route(
            method,
            pattern,
            body: body,
            audience: "support, admin, super_admin",
            authorize: { try agentCaller($0) },
            handle: handle
        )
    }
}
