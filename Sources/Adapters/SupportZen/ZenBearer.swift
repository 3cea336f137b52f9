import Core

/// The credential of a request, read from its head alone: it tells the two dialects apart before either has it.
enum ZenBearer {
    /// The token of `Authorization: Bearer …`; the scheme's case does not matter (RFC 9110, 11.1).
    static func token(of head: RequestHead) -> String? {
        guard let value = head.field("authorization"), value.prefix(7).lowercased() == "bearer " else { return nil }
        let token = value.dropFirst(7).drop { $0 == " " }
        return token.isEmpty ? nil : String(token)
    }
}

extension EmailCredential {
    /// The same for every wrong credential.
    static let refusal = Rejection(.unauthenticated, "Invalid authentication token")
}
