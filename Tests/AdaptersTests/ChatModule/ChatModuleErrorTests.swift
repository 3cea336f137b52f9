import Core
import Testing

@testable import Adapters

/// Errors: statuses, the envelope, and the fields that go with some.
struct ChatModuleErrorTests {
    private static let statuses: [Rejection.Reason: UInt16] = [
        .malformed: 400, .unauthenticated: 401, .forbidden: 403, .unknownRoute: 404, .wrongMethod: 405,
        .unknownConversation: 404, .unknownAgent: 404, .unknownAttachment: 404, .alreadyExists: 409, .deleted: 404,
        .closed: 409, .alreadyClosed: 409, .alreadyAssigned: 409, .tooLarge: 413, .fileTooLarge: 400,
        .tooManyFiles: 400, .unsupportedFile: 400, .unsupportedContentType: 415, .timedOut: 408,
        .idempotencyMismatch: 409,
        .rateLimited: 429, .unavailable: 503, .internalFailure: 500,
    ]

    @Test(arguments: Rejection.Reason.allCases)
    func everyReasonHasItsStatus(reason: Rejection.Reason) throws {
        let response = ChatModuleErrors.response(Rejection(reason, "Why"), requestID: nil)
        #expect(response.head.status.code == Self.statuses[reason])
        #expect(
            response.bodyText == """
                {"success":false,"message":"Why","error":{"code":"\(reason.rawValue)","message":"Why"}}
                """
        )
    }

    @Test func failuresNameTheRequestForTheLog() {
        let response = ChatModuleErrors.response(.internalFailure, requestID: "r-1")
        #expect(
            response.bodyText == """
                {"success":false,"message":"Internal server error (request r-1)",\
                "error":{"code":"internal-failure","message":"Internal server error (request r-1)"}}
                """
        )
    }

    @Test func limitsSayWhenToComeBack() {
        let rejection = Rejection(.rateLimited, "Slow down", retryAfter: 3, limit: 100, reset: 900)
        let head = ChatModuleErrors.response(rejection, requestID: nil).head
        #expect(head.field("Retry-After") == "3")
        #expect(head.field("RateLimit-Limit") == "100")
        #expect(head.field("RateLimit-Remaining") == "0")
        #expect(head.field("RateLimit-Reset") == "900")
    }

    @Test func otherFieldsGoWithTheirReasons() {
        func head(_ rejection: Rejection) -> ResponseHead { ChatModuleErrors.response(rejection, requestID: nil).head }
        #expect(head(Rejection(.unauthenticated, "")).field("WWW-Authenticate") == "Bearer")
        #expect(head(Rejection(.wrongMethod, "", allow: "GET, HEAD")).field("Allow") == "GET, HEAD")
        #expect(head(.unavailable).field("Retry-After") == "1")
        #expect(head(.unknownConversation).field("RateLimit-Remaining") == nil)
    }
}
