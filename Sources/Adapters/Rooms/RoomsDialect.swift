package import Core

/// The rooms wire format: a small REST interface under `/api/chat`, and Socket.IO with one room per client id.
///
/// Decodes into the core's operations and renders its replies and events; what happens to a conversation is decided
/// in turns. Socket.IO's connections live in the tenant's `RoomsHub`.
package struct RoomsDialect: Dialect {
    package static let name = DialectName.rooms
    package static let version = "socket.io 5"

    let rules: RoomsRules

    package init(_ setup: DialectSetup) throws(DialectSetupError) {
        rules = try RoomsRules(setup)
    }

    /// An error in the body of the place it happened at: Engine.IO's on the Socket.IO path, else the document's.
    package func render(_ rejection: Rejection, for request: RequestContext?) -> Response {
        if let request, EngineErrors.isEnginePath(request.head, prefix: request.prefix, rules.socketPath) {
            return EngineErrors.response(rejection)
        }
        return RoomsErrors.response(rejection, mode: rules.mode, requestID: request.map { $0.requestID })
    }

    package var routes: [Route] { documentedRoutes + engineRoutes }

    private var documentedRoutes: [Route] {
        let rest = RoomsREST(rules: rules)
        return [
            Route(
                .post,
                "/api/chat/initialize",
                body: .collected,
                audience: rules.access.guestAudience,
                authorize: { try rest.caller($0, guest: .guestWrite) },
                handle: { try rest.initialize($0) }
            ),
            Route(
                .get,
                "/api/chat/sessions",
                audience: rules.access.adminAudience,
                authorize: { try rest.admin($0, guest: .guestRead) },
                handle: { try rest.sessions($0) }
            ),
            Route(
                .get,
                "/api/chat/history/{clientId}",
                audience: rules.access.guestAudience,
                authorize: { try rest.caller($0, guest: .guestRead) },
                handle: { try rest.history($0) }
            ),
            Route(
                .put,
                "/api/chat/read/{clientId}",
                body: .collected,
                audience: rules.access.guestAudience,
                authorize: { try rest.caller($0, guest: .guestWrite) },
                handle: { try rest.read($0) }
            ),
            Route(
                .put,
                "/api/chat/close/{clientId}",
                audience: rules.access.guestAudience,
                authorize: { try rest.caller($0, guest: .guestWrite) },
                handle: { try rest.close($0) }
            ),
        ]
    }

    /// Socket.IO's path, which clients write with a slash at its end and proxies sometimes without.
    private var engineRoutes: [Route] {
        let endpoint = EngineEndpoint(rules: rules)
        return [rules.socketPath, rules.socketPath + "/"].flatMap { path in
            [
                Route(
                    .get,
                    path,
                    isMounted: false,
                    audience: rules.access.guestAudience,
                    authorize: { _ in Caller(.anonymous, .unlimited) },
                    handle: { try endpoint.get($0) }
                ),
                Route(
                    .post,
                    path,
                    isMounted: false,
                    body: .collected,
                    audience: rules.access.guestAudience,
                    authorize: { try endpoint.postBegins($0) },
                    handle: { try endpoint.post($0) }
                ),
            ]
        }
    }
}
