/// A person across dialects: whoever shares an e-mail is shown as one.
package struct Person: Sendable, Equatable {
    package var row: Int64
    package var id: EntityID
    package var name: String
    package var email: String

    package init(row: Int64, id: EntityID, name: String, email: String) {
        self.row = row
        self.id = id
        self.name = name
        self.email = email
    }
}

/// A customer as one dialect knows it: the key is an uuid, a normalised e-mail, a client id or a token's subject.
package struct Identity: Sendable, Equatable {
    package var row: Int64
    package var dialect: DialectName
    package var key: String
    package var person: EntityID
    package var name: String
    /// The present e-mail, as it was last sent.
    package var email: String
    package var account: AccountFacts
    package var assurance: Assurance
    /// SHA-256 of the first digest (SupportZen client).
    package var pin: [UInt8]?
    /// Known only by provisioning; wins over the pin.
    package var authToken: String?
    /// Met under `first_contact: flag` and not confirmed since.
    package var isFlagged: Bool
    package var createdAt: Int64

    package init(
        row: Int64,
        dialect: DialectName,
        key: String,
        person: EntityID,
        name: String,
        email: String,
        account: AccountFacts,
        assurance: Assurance,
        pin: [UInt8]?,
        authToken: String?,
        isFlagged: Bool,
        createdAt: Int64
    ) {
        self.row = row
        self.dialect = dialect
        self.key = key
        self.person = person
        self.name = name
        self.email = email
        self.account = account
        self.assurance = assurance
        self.pin = pin
        self.authToken = authToken
        self.isFlagged = isFlagged
        self.createdAt = createdAt
    }
}

/// What is known of a customer when a conversation begins.
package struct IdentityDraft: Sendable {
    package var dialect: DialectName
    package var key: String
    /// Used for the person if one has to be made.
    package var personID: EntityID
    package var contact: Contact
    package var account: AccountFacts
    package var assurance: Assurance
    package var at: Int64

    package init(
        dialect: DialectName,
        key: String,
        personID: EntityID,
        contact: Contact,
        account: AccountFacts,
        assurance: Assurance,
        at: Int64
    ) {
        self.dialect = dialect
        self.key = key
        self.personID = personID
        self.contact = contact
        self.account = account
        self.assurance = assurance
        self.at = at
    }
}
