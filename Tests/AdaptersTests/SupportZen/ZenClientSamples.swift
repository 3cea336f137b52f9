import Core
import Testing

/// A customer of SupportZen client and what its app sends.
enum ZenClientSamples {
    static let email = "user@example.com"
    static let bearer = EmailHMAC.bearer(authToken: "auth-token", email: email)

    static func user(_ email: String = email, message: String = "Hello", more: String = "") -> String {
        #"{"email":"\#(email)","created_at":1679223400,"message":"\#(message)"\#(more)}"#
    }

    static func chatMessage(_ id: String, email: String = email, message: String = "More") -> String {
        #"{"chat_id":"\#(id)","email":"\#(email)","message":"\#(message)"}"#
    }

    static func ticketMessage(_ id: String, email: String = email) -> String {
        #"{"ticket_id":"\#(id)","email":"\#(email)","message":"More"}"#
    }

    static func create(_ gateway: ZenGateway, _ kind: String = "live", email: String = email) throws -> String {
        let bearer = EmailHMAC.bearer(authToken: "auth-token", email: email)
        let answer = try gateway.post("/api/client/\(kind)/create", user(email), bearer: bearer)
        #expect(answer.status == 200)
        return try answer.data(kind == "live" ? "chatId" : "ticketId")
    }

    static func gateway(_ mode: DialectMode = .compat, _ firstContact: FirstContactMode = .trust) throws
        -> ZenGateway
    {
        try ZenGateway([.zen(live: nil, client: mode, firstContact: firstContact)])
    }
}
