/// Reads the keys of a `jwt` policy: one (`algorithm`, `key` or `key_file`) or a list of them under `keys`.
///
/// A key is bound to its algorithm here, and its looks have to fit: a public key used as an HMAC secret is the classic
/// way to forge tokens.
struct JWTKeyReader {
    static let keys = ["kid", "algorithm", "key", "key_file"]

    let context: ReadingContext

    func keys(of policy: MappingReader) -> [JWTKeyConfiguration] {
        let hasOwn = policy.has("key") || policy.has("key_file")
        guard policy.has("keys") else {
            if !hasOwn { context.error(policy.mark, "policy 'jwt' needs 'key', 'key_file' or 'keys'") }
            policy.require("algorithm", in: "policy 'jwt'")
            let algorithm = algorithm(policy)
            return hasOwn ? [key(policy, kid: nil, algorithm)].compactMap(\.self) : []
        }
        if hasOwn { context.error(policy.keyMark("keys"), "'keys' and a single key exclude each other") }
        let shared = algorithm(policy)
        var keys: [JWTKeyConfiguration] = []
        guard let items = policy.list("keys") else { return [] }
        if items.isEmpty { context.error(policy.valueMark("keys"), "'keys' must name at least one key") }
        for item in items {
            guard let reader = MappingReader(item, "each of 'keys'", keys: Self.keys, in: context) else { continue }
            let kid = reader.text("kid")
            if let kid, keys.contains(where: { $0.kid == kid }) {
                context.error(reader.valueMark("kid"), "kid \(Wording.quoted(kid)) stands twice")
            }
            if !policy.has("algorithm") { reader.require("algorithm", in: "each of 'keys'") }
            let own = algorithm(reader)
            if let key = key(reader, kid: kid, reader.has("algorithm") ? own : shared) { keys.append(key) }
        }
        return keys
    }

    private func algorithm(_ reader: MappingReader) -> JWTAlgorithmName? {
        if case .scalar(let text, _)? = reader.node("algorithm")?.content, text.lowercased() == "none" {
            context.error(reader.valueMark("algorithm"), "algorithm 'none' takes any forged token and is refused")
            return nil
        }
        return reader.choice("algorithm")
    }

    private func key(_ reader: MappingReader, kid: String?, _ algorithm: JWTAlgorithmName?) -> JWTKeyConfiguration? {
        let secret: Secret?
        let mark: SourceMark
        switch (reader.has("key"), reader.has("key_file")) {
        case (true, true):
            context.error(reader.keyMark("key_file"), "'key' and 'key_file' exclude each other")
            return nil
        case (true, false):
            mark = reader.valueMark("key")
            secret = reader.node("key").flatMap { context.secret($0, "'key'", for: .key) }
        case (false, true):
            mark = reader.valueMark("key_file")
            secret = reader.text("key_file", maximum: 4096).flatMap { context.fileSecret($0, "'key_file'", at: mark) }
        case (false, false):
            context.error(reader.mark, "each of 'keys' needs 'key' or 'key_file'")
            return nil
        }
        guard let secret, let algorithm, fits(secret, algorithm, at: mark) else { return nil }
        return JWTKeyConfiguration(kid: kid, algorithm: algorithm, key: secret)
    }

    private func fits(_ key: Secret, _ algorithm: JWTAlgorithmName, at mark: SourceMark) -> Bool {
        let name = algorithm.rawValue
        guard let minimum = algorithm.minimumSharedKey else {
            if key.value.contains("PRIVATE KEY-----") {
                context.error(mark, "\(name) needs the public key only; keep the private key elsewhere")
                return false
            }
            guard key.value.contains("-----BEGIN PUBLIC KEY-----") else {
                context.error(mark, "\(name) needs a public key in PEM form ('-----BEGIN PUBLIC KEY-----')")
                return false
            }
            return true
        }
        guard !key.value.isEmpty else {
            context.error(mark, "the key must not be empty")
            return false
        }
        guard !key.value.contains("-----BEGIN ") else {
            context.error(mark, "\(name) needs a shared secret, not a key in PEM form")
            return false
        }
        if key.value.utf8.count < minimum {
            context.warn(mark, .weakSecret, "the key of \(name) is shorter than \(minimum) bytes")
        }
        return true
    }
}
