import Core
import Testing

@testable import Adapters

/// Errors in the document's body, and in Engine.IO's.
struct RoomsErrorTests {
    @Test(
        arguments: [
            (.malformed, 400), (.unauthenticated, 401), (.forbidden, 403), (.unknownRoute, 404), (.wrongMethod, 405),
            (.unknownConversation, 404), (.alreadyExists, 409), (.deleted, 400), (.closed, 409), (.tooLarge, 413),
            (.idempotencyMismatch, 422), (.rateLimited, 429), (.unavailable, 503), (.internalFailure, 500),
        ] as [(Rejection.Reason, UInt16)]
    )
    func statuses(_ reason: Rejection.Reason, _ status: UInt16) {
        let response = RoomsErrors.response(Rejection(reason, "Text"), mode: .strict, requestID: nil)
        #expect(response.head.status.code == status)
        #expect(response.text == #"{"message":"Text"}"#)
    }

    @Test func compatNamesTheField() {
        let response = RoomsErrors.response(
            .invalid("clientId", "clientId is required"),
            mode: .compat,
            requestID: "r1"
        )
        #expect(
            response.text
                == #"{"message":"clientId is required","code":"malformed","field":"clientId","requestId":"r1"}"#
        )
    }

    @Test func failuresShowNothingButTheirRequest() {
        let response = RoomsErrors.response(.internalFailure, mode: .strict, requestID: "r1")
        #expect(response.text == #"{"message":"Internal server error (request r1)"}"#)
    }

    @Test func rateLimitsTellWhen() {
        let limited = Rejection(.rateLimited, "Too many requests", retryAfter: 9, limit: 100, reset: 800)
        let head = RoomsErrors.response(limited, mode: .strict, requestID: nil).head
        #expect(head.field("Retry-After") == "9")
        #expect(head.field("RateLimit-Limit") == "100")
        #expect(head.field("RateLimit-Remaining") == "0")
        #expect(head.field("RateLimit-Reset") == "800")
    }

    @Test(
        arguments: [
            (.unknownTransport, 400, #"{"code":0,"message":"Transport unknown"}"#),
            (.unknownSession, 400, #"{"code":1,"message":"Session ID unknown"}"#),
            (.badHandshakeMethod, 400, #"{"code":2,"message":"Bad handshake method"}"#),
            (.badRequest, 400, #"{"code":3,"message":"Bad request"}"#),
            (.forbidden, 403, #"{"code":4,"message":"Forbidden"}"#),
            (.unsupportedProtocolVersion, 400, #"{"code":5,"message":"Unsupported protocol version"}"#),
        ] as [(EngineIOFailure, UInt16, String)]
    )
    func engineFailures(_ failure: EngineIOFailure, _ status: UInt16, _ body: String) {
        let response = EngineErrors.response(failure, mode: .strict)
        #expect(response.head.status.code == status)
        #expect(response.text == body)
    }

    @Test func oldClientsAreToldWhatTheyNeed() {
        let response = EngineErrors.response(.unsupportedProtocolVersion, mode: .compat)
        #expect(response.head.status.code == 400)
        #expect(
            response.text
                == #"{"code":5,"message":"Unsupported protocol version: EIO=4 is needed (socket.io-client 3 or later)"}"#
        )
    }

    @Test func whatTheServerRefusesOnTheEnginePath() {
        let method = EngineErrors.response(Rejection(.wrongMethod, "Method not allowed", allow: "GET, POST"))
        #expect(method.head.status.code == 405)
        #expect(method.head.field("Allow") == "GET, POST")
        #expect(method.text == #"{"code":2,"message":"Bad handshake method"}"#)
        let origin = EngineErrors.response(Rejection(.forbidden, "Origin is not allowed"))
        #expect(origin.head.status.code == 403)
        #expect(origin.text == #"{"code":4,"message":"Forbidden"}"#)
    }
}
