/// Verifies JSON web tokens (RFC 7519) by several keys and one set of rules.
///
/// The algorithm is the key's and never the token's: a token whose header says anything else than its key is
/// configured for is refused (RFC 8725, section 3.1). Keys in the header (`jwk`, `jku`, `x5u`, …) are ignored. Nothing
/// of the payload is looked at before the signature is known to be right.
package struct JWTVerifier: Sendable {
    /// The longest token in bytes.
    package static let maximumLength = 8_192

    private let keys: [JWTKey]
    private let rules: JWTRules
    private let claimNames: [String]

    package init(keys: [JWTKey], rules: JWTRules) {
        self.keys = keys
        self.rules = rules
        claimNames = [
            "iss", "aud", "exp", "nbf", rules.subjectClaim, rules.roleClaim, rules.nameClaim, rules.emailClaim,
        ]
    }

    /// Whether a credential has a token's form and is thus for this policy to judge: three parts, of which the first
    /// begins as every base64url does whose text begins with a brace and then a quote, a blank or a line end.
    package static func hasForm(_ credential: Span<UInt8>) -> Bool {
        guard
            credential.count > 2, credential[0] == UInt8(ascii: "e"),
            credential[1] == UInt8(ascii: "y") || credential[1] == UInt8(ascii: "w")
        else {
            return false
        }
        return CompactJWT.stops(in: credential) != nil
    }

    /// What the token says, if it may be believed at the given time.
    package func verify(_ token: Span<UInt8>, nowUnixSeconds: Double) throws(JWTFailure) -> JWTClaims {
        let compact = try CompactJWT(parsing: token)
        try checkSignature(compact, of: token.extracting(0..<compact.signedLength))
        let members = try JWTMembers(base64: token.extracting(compact.payload), names: claimNames)
        let expiry = try checkTimes(members, nowUnixSeconds)
        try checkParties(members)
        return JWTClaims(
            subject: try subject(members),
            role: members.value(rules.roleClaim).flatMap { $0.isNull ? nil : $0.string ?? "" },
            name: members.value(rules.nameClaim)?.string,
            email: members.value(rules.emailClaim)?.string,
            expiry: expiry
        )
    }

    /// What the token says, if it may be believed at the given time.
    package func verify(_ token: String, nowUnixSeconds: Double) throws(JWTFailure) -> JWTClaims {
        try verify(Array(token.utf8).span, nowUnixSeconds: nowUnixSeconds)
    }

    /// A token may be signed with the keys of the name it gives; if no key has that name, with those that were
    /// configured without one; if it gives no name, with all.
    private func checkSignature(_ compact: CompactJWT, of signed: Span<UInt8>) throws(JWTFailure) {
        guard let algorithm = JWTAlgorithm(rawValue: compact.algorithm) else {
            throw .algorithmNotAllowed
        }
        let isNamed = compact.keyID != nil
        let isNameKnown = isNamed && keys.contains { $0.id == compact.keyID }
        var failure = JWTFailure.unknownKey
        for key in keys where !isNamed || key.id == (isNameKnown ? compact.keyID : nil) {
            guard key.algorithm == algorithm else {
                failure = failure == .unknownKey ? .algorithmNotAllowed : failure
                continue
            }
            guard !key.verifies(compact.signature, of: signed) else {
                return
            }
            failure = .badSignature
        }
        throw failure
    }

    private func checkTimes(_ members: JWTMembers, _ now: Double) throws(JWTFailure) -> Double? {
        let expiry = try number(members, "exp")
        if let expiry {
            guard now < expiry + rules.leeway else {
                throw .expired
            }
        } else if rules.requiresExpiry {
            throw .missingExpiry
        }
        if let start = try number(members, "nbf") {
            guard start - rules.leeway <= now else {
                throw .notYetValid
            }
        }
        return expiry
    }

    private func number(_ members: JWTMembers, _ name: String) throws(JWTFailure) -> Double? {
        guard let member = members.value(name) else {
            return nil
        }
        guard let number = member.double else {
            throw .malformed
        }
        return number
    }

    private func checkParties(_ members: JWTMembers) throws(JWTFailure) {
        if let issuer = rules.issuer, members.value("iss")?.string != issuer {
            throw .wrongIssuer
        }
        guard let audience = rules.audience else {
            return
        }
        let member = members.value("aud")
        if let audiences = member?.array {
            guard audiences.contains(where: { $0.string == audience }) else {
                throw .wrongAudience
            }
        } else if member?.string != audience {
            throw .wrongAudience
        }
    }

    /// The standard wants a string; user ids of brands are often numbers, which count by their digits if whole.
    private func subject(_ members: JWTMembers) throws(JWTFailure) -> String {
        guard let member = members.value(rules.subjectClaim) else {
            throw .missingSubject
        }
        guard let text = member.string ?? member.int.map(String.init), !text.isEmpty else {
            throw .missingSubject
        }
        return text
    }
}
