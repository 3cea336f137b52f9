package import Core

/// The Chat module's wire format: JSON over REST under `/api/chat`, live events over `/ws/chat/{sessionId}`.
///
/// Decodes into the core's operations and renders its replies; what is decided about a session is decided in turns.
package struct ChatModuleDialect: Dialect {
    package static let name = DialectName.chatModule
    package static let version = "1.0"

    let settings: ChatModuleSettings
    let authenticator: Authenticator
    let roster: Roster
    let renderer: ChatModuleRenderer
    let frames: ChatModuleFrames

    package init(_ setup: DialectSetup) throws(DialectSetupError) {
        settings = ChatModuleSettings(setup)
        authenticator = setup.authenticator
        roster = setup.roster
        renderer = ChatModuleRenderer(settings: settings)
        frames = ChatModuleFrames(renderer: renderer)
    }

    package func render(_ rejection: Rejection, for request: RequestContext?) -> Response {
        ChatModuleErrors.response(rejection, requestID: request?.requestID)
    }

    package var routes: [Route] { sessionRoutes + messageRoutes + liveRoutes }

    private var sessionRoutes: [Route] {
        [
            Route(
                .get,
                "/api/chat/sessions",
                audience: "user (own), support, admin",
                authorize: { try caller($0, user: .guestRead) },
                handle: { try listSessions($0) }
            ),
            Route(
                .post,
                "/api/chat/sessions",
                body: .collected,
                audience: "user, support, admin",
                authorize: { try caller($0, user: .guestWrite) },
                handle: { try createSession($0) }
            ),
            Route(
                .get,
                "/api/chat/sessions/{sessionId}",
                audience: "user (own), support, admin",
                authorize: { try caller($0, user: .guestRead) },
                handle: { try getSession($0) }
            ),
            Route(
                .put,
                "/api/chat/sessions/{sessionId}/close",
                audience: "user (own), support, admin",
                authorize: { try caller($0, user: .guestWrite) },
                handle: { try closeSession($0) }
            ),
            Route(
                .put,
                "/api/chat/sessions/{sessionId}/assign",
                body: .collected,
                audience: "admin",
                authorize: { try admin($0, to: "assign agents") },
                handle: { try assignSession($0) }
            ),
            Route(
                .get,
                "/api/chat/stats",
                audience: "support, admin",
                authorize: { try agent($0, to: "view chat statistics") },
                handle: { try getStatistics($0) }
            ),
        ]
    }

    private var messageRoutes: [Route] {
        [
            Route(
                .get,
                "/api/chat/sessions/{sessionId}/messages",
                audience: "user (own), support, admin",
                authorize: { try caller($0, user: .guestRead) },
                handle: { try listMessages($0) }
            ),
            Route(
                .post,
                "/api/chat/sessions/{sessionId}/messages",
                body: .collectedOrMultipart,
                audience: "user (own), support, admin",
                authorize: { try sender($0) },
                handle: { try sendMessage($0) }
            ),
            Route(
                .put,
                "/api/chat/sessions/{sessionId}/read",
                body: .collected,
                audience: "user (own), support, admin",
                authorize: { try caller($0, user: .guestWrite) },
                handle: { try markRead($0) }
            ),
            Route(
                .get,
                "/api/chat/attachments/{attachmentId}",
                audience: "user (own), support, admin, signed URL",
                authorize: { try downloader($0) },
                handle: { try downloadAttachment($0) }
            ),
        ]
    }

    private var liveRoutes: [Route] {
        [
            Route(
                .post,
                "/api/chat/sessions/{sessionId}/typing",
                body: .collected,
                audience: "user (own), support, admin",
                authorize: { try typist($0) },
                handle: { try signalTyping($0) }
            ),
            Route(
                .get,
                "/ws/chat/{sessionId}",
                audience: "user (own), support, admin",
                authorize: { try listener($0) },
                handle: { try openSocket($0) }
            ),
        ]
    }
}
