package import Core

/// LocalPro's wire format: guests and agents over REST, both sides over one WebSocket endpoint.
///
/// Decodes into the core's operations and renders its replies and events; what happens to a session is decided in turns.
package struct LocalProDialect: Dialect {
    package static let name = DialectName.localPro
    package static let version = "2024-12"

    let settings: LocalProSettings

    package init(_ setup: DialectSetup) throws(DialectSetupError) {
        settings = try LocalProSettings(setup)
    }

    /// When a session asks for its token. Turns judge by this rule too: hardened does not wait for the first use.
    package static func sessionAuth(of configuration: DialectConfiguration) -> SessionAuthRule {
        configuration.mode == .hardened ? .required : configuration.options.sessionAuth
    }

    /// An error in the document's body. Asking for sessions that do not exist is throttled here, where every way of
    /// asking ends.
    package func render(_ rejection: Rejection, for request: RequestContext?) -> Response {
        var shown = rejection
        if let request, rejection.reason == .unknownConversation, request.caller.agent == nil {
            do throws(Rejection) {
                try request.tenant.takeProbe(request.client, limits: request.limits)
            } catch {
                shown = error
            }
        }
        return LocalProErrors.response(shown, mode: settings.mode, requestID: request.map { $0.requestID })
    }
}
