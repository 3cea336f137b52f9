import Core

/// Feeds a verifier with secrets and public keys. An input that begins with `!` is a header and a payload around a line feed,
/// which are put into a token signed by HS256, so that what lies behind the signature is reached too; any other input
/// is the token itself.
///
/// What must hold: nothing crashes, the same token gets the same answer twice, and only a token signed here
/// is believed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJWT(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let isSigned = input.first == UInt8(ascii: "!")
    let token = isSigned ? signedToken(input.dropFirst()) : input
    let first = outcome(of: token)
    precondition(first == outcome(of: token))
    _ = JWTVerifier.hasForm(token.span)
    if case .success(let claims) = first {
        precondition(isSigned && !claims.subject.isEmpty)
        precondition(claims.expiry.map { $0 > now - 10 } ?? true)
        // What was believed can be said again in our own words.
        guard let minted = try? minter.mint(claims, rules: rules, issuedAt: Int(now)) else {
            preconditionFailure("an HMAC key always signs")
        }
        precondition(outcome(of: Array(minted.utf8)) == first)
    }
    return 0
}

/// The leak checker does not know a reference that shares its word with the tag of an enum, as that of a key does, and
/// would report every key.
@_cdecl("__asan_default_options")
public func sanitizerOptions() -> UnsafePointer<UInt8> {
    let options: StaticString = "detect_leaks=0"
    return options.utf8Start
}

private let now = 1_700_000_000.0
private let secret = Array("0123456789abcdef0123456789abcdef".utf8)
private let signingKey = HMACKey(secret)
private let rules = JWTRules(leeway: 10)

private let ed25519PEM = """
    -----BEGIN PUBLIC KEY-----
    MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
    -----END PUBLIC KEY-----
    """

private let p256PEM = """
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7
    6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
    -----END PUBLIC KEY-----
    """

private let verifier: JWTVerifier = {
    do {
        let keys = [
            try JWTKey(algorithm: .hs256, key: secret),
            try JWTKey(id: "a", algorithm: .hs384, key: secret),
            try JWTKey(id: "b", algorithm: .hs512, key: secret),
            try JWTKey(id: "c", algorithm: .es256, key: Array(p256PEM.utf8)),
            try JWTKey(id: "d", algorithm: .edDSA, key: Array(ed25519PEM.utf8)),
        ]
        return JWTVerifier(keys: keys, rules: rules)
    } catch {
        preconditionFailure("the keys are good")
    }
}()

private let minter: JWTMinter = {
    do {
        return try JWTMinter(algorithm: .hs256, key: secret)
    } catch {
        preconditionFailure("the key is good")
    }
}()

private func outcome(of token: [UInt8]) -> Result<JWTClaims, JWTFailure> {
    do throws(JWTFailure) {
        return .success(try verifier.verify(token.span, nowUnixSeconds: now))
    } catch {
        return .failure(error)
    }
}

private func signedToken(_ input: ArraySlice<UInt8>) -> [UInt8] {
    let parts = input.split(separator: 10, maxSplits: 1, omittingEmptySubsequences: false)
    let header = Base64.encode(Array(parts[0]), .url)
    let payload = Base64.encode(parts.count == 2 ? Array(parts[1]) : [], .url)
    let signed = Array("\(header).\(payload)".utf8)
    return signed + Array(".\(Base64.encode(signingKey.authenticate(signed), .url))".utf8)
}
