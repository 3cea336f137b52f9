/// The outer form of a token: three parts of base64url between two full stops (RFC 7515, section 7.1), the first of
/// them a header. Nothing in it is to be believed yet.
struct CompactJWT {
    /// What `alg` says.
    let algorithm: String
    /// What `kid` says.
    let keyID: String?
    /// Where in the token the signed bytes end; they begin with it.
    let signedLength: Int
    /// The payload, still in base64url.
    let payload: Range<Int>
    let signature: [UInt8]

    init(parsing token: Span<UInt8>) throws(JWTFailure) {
        guard token.count <= JWTVerifier.maximumLength else {
            throw .tooLong
        }
        guard let stops = Self.stops(in: token) else {
            throw .malformed
        }
        let members = try JWTMembers(
            base64: token.extracting(0..<stops.first),
            names: ["alg", "kid", "crit"]
        )
        guard members.value("crit") == nil else {
            throw .criticalHeader
        }
        guard let algorithm = members.value("alg")?.string else {
            throw .malformed
        }
        if let member = members.value("kid") {
            guard let name = member.string else {
                throw .malformed
            }
            keyID = name
        } else {
            keyID = nil
        }
        guard
            let signature = Base64.decode(
                token.extracting(stops.second + 1..<token.count),
                .url,
                padding: .forbidden
            )
        else {
            throw .malformed
        }
        self.algorithm = algorithm
        self.signature = signature
        signedLength = stops.second
        payload = stops.first + 1..<stops.second
    }

    /// Where the full stops are; nil unless there are two.
    static func stops(in token: Span<UInt8>) -> (first: Int, second: Int)? {
        var first: Int?
        var second: Int?
        for index in token.indices where token[index] == UInt8(ascii: ".") {
            if first == nil {
                first = index
            } else if second == nil {
                second = index
            } else {
                return nil
            }
        }
        guard let first, let second else {
            return nil
        }
        return (first, second)
    }
}

/// The members of a JSON object that are of interest, each of which may come only once: two readers must not be able to
/// disagree on a token (RFC 7515, section 4; RFC 7519, section 4).
struct JWTMembers {
    // A dozen names at most, so a walk beats a hash table.
    private let names: [String]
    private var values: [JSONValue?]

    /// Reads the base64url of an object. A name may stand twice in the list.
    init(base64: Span<UInt8>, names: [String]) throws(JWTFailure) {
        guard let bytes = Base64.decode(base64, .url, padding: .forbidden) else {
            throw .malformed
        }
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes, maxDepth: 16)
        } catch {
            throw .malformed
        }
        guard let object = document.root.object else {
            throw .malformed
        }
        self.names = names
        values = Array(repeating: nil, count: names.count)
        for member in object {
            guard let index = names.firstIndex(of: member.key) else {
                continue
            }
            guard values[index] == nil else {
                throw .malformed
            }
            values[index] = member.value
        }
    }

    func value(_ name: String) -> JSONValue? {
        names.firstIndex(of: name).flatMap { values[$0] }
    }
}
