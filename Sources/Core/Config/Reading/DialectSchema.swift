/// What a dialect may say in the configuration beyond the keys of every dialect.
package struct DialectSchema: Sendable {
    static let commonKeys = ["mode", "mount", "hosts", "auth", "on_closed", "limits"]

    package let name: DialectName
    let optionKeys: [String]
    /// The policies that make sense for it.
    let policies: [String]
    /// What holds when nobody wrote `auth`; nil: it has to be written.
    let defaultAuth: [AuthPolicyConfiguration]?

    /// Every key a configuration may use for the dialect.
    package var keys: [String] { Self.commonKeys + optionKeys }

    /// The five dialects of the documents.
    static let builtIn: [DialectSchema] = [
        DialectSchema(
            name: .supportZenLive,
            optionKeys: [],
            policies: ["shared-secret"],
            defaultAuth: nil
        ),
        // The digest is part of the document and needs nothing from the file.
        DialectSchema(
            name: .supportZenClient,
            optionKeys: ["first_contact"],
            policies: ["hmac-email"],
            defaultAuth: [.hmacEmail(firstContact: .trust)]
        ),
        // Guests need nothing; the admin side takes the roster's tokens and minted ones.
        DialectSchema(
            name: .localPro,
            optionKeys: ["websocket_admin", "session_auth", "welcome", "auto_create_agents"],
            policies: ["agent-token", "jwt"],
            defaultAuth: [.agentToken]
        ),
        // The document's open form gives power to anybody, so no form is assumed.
        DialectSchema(
            name: .rooms,
            optionKeys: ["socketio_path", "system_messages", "ping_interval", "ping_timeout"],
            policies: ["none", "admin-only", "secured", "agent-token", "jwt"],
            defaultAuth: nil
        ),
        DialectSchema(
            name: .chatModule,
            optionKeys: ["system_messages"],
            policies: ["jwt", "agent-token"],
            defaultAuth: nil
        ),
    ]

    /// The built-in ones and, with common keys and any policy, those that only the caller knows.
    package static func all(knownDialects: [String]) -> [DialectSchema] {
        let extra = knownDialects.map { DialectName($0) }.filter { name in !builtIn.contains { $0.name == name } }
        return builtIn
            + extra.map { name in
                DialectSchema(
                    name: name,
                    optionKeys: [],
                    policies: AuthPolicyConfiguration.allNames,
                    defaultAuth: [.agentToken]
                )
            }
    }
}

/// The schemas and everything else that is the same for all files of one loading.
struct ConfigurationVocabulary: Sendable {
    let schemas: [DialectSchema]
    /// The events that webhooks can name; empty: any name of the right form.
    let webhookEvents: [String]

    func schema(_ name: String) -> DialectSchema? { schemas.first { $0.name.rawValue == name } }

    var dialectNames: [String] { schemas.map(\.name.rawValue) }
}
