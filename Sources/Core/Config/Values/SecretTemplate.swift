/// The text of a secret as written: literal pieces, `${NAME}` and `${NAME:-default}`, anywhere in it.
///
/// `$${` stands for a literal `${`; any other `$` is itself.
struct SecretTemplate: Equatable {
    /// One piece of the text.
    enum Piece: Equatable {
        case literal(String)
        case variable(name: String, fallback: String?)
    }

    /// What is wrong with the text.
    enum Failure: Error, Equatable {
        case unterminated
        case badName(String)
        case unset(String)
    }

    /// A finished secret, and the variables that would have to be set for it not to be a default any more.
    struct Expansion: Equatable {
        var value = ""
        var defaulted: [String] = []
    }

    let pieces: [Piece]

    init(_ text: String) throws(Failure) {
        var pieces: [Piece] = []
        var literal = ""
        var rest = text[...]
        while let character = rest.first {
            if rest.hasPrefix("$${") {
                literal += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else { throw .unterminated }
                let body = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = ""
                pieces.append(try Self.variable(body))
                rest = rest[rest.index(after: end)...]
            } else {
                literal.append(character)
                rest = rest.dropFirst()
            }
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        self.pieces = pieces
    }

    /// Whether a text has anything to expand.
    static func mentionsVariable(_ text: String) -> Bool {
        text.utf8.count >= 3
            && (try? SecretTemplate(text))?.pieces.contains { if case .variable = $0 { true } else { false } } ?? false
    }

    /// As in a shell, an empty variable counts as unset. A variable set to the very default leaves it a default.
    func expand(_ environment: [String: String]) throws(Failure) -> Expansion {
        var expansion = Expansion()
        for piece in pieces {
            switch piece {
            case .literal(let text):
                expansion.value += text
            case .variable(let name, let fallback):
                let present = environment[name].flatMap { $0.isEmpty ? nil : $0 }
                guard let value = present ?? fallback else { throw .unset(name) }
                if value == fallback { expansion.defaulted.append(name) }
                expansion.value += value
            }
        }
        return expansion
    }

    private static func variable(_ body: Substring) throws(Failure) -> Piece {
        var name = body
        var fallback: String?
        if let colon = body.firstIndex(of: ":"), body[colon...].hasPrefix(":-") {
            name = body[..<colon]
            fallback = String(body[colon...].dropFirst(2))
        }
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isName, let first = name.utf8.first, !(0x30...0x39).contains(first) else { throw .badName(String(name)) }
        return .variable(name: String(name), fallback: fallback)
    }
}
