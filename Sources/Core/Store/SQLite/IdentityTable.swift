/// Customers as the dialects know them, and the persons they are.
final class IdentityTable {
    private let connection: SQLiteConnection
    private let byKey: SQLiteStatement
    private let byRow: SQLiteStatement
    private let personByID: SQLiteStatement
    private let personByEmail: SQLiteStatement
    private let personByRow: SQLiteStatement
    private let sharing: SQLiteStatement
    private let personInsertion: SQLiteStatement
    private let personUpdate: SQLiteStatement
    private let insertion: SQLiteStatement
    private let contact: SQLiteStatement
    private let credentials: SQLiteStatement
    private let removal: SQLiteStatement
    private let personRemoval: SQLiteStatement

    init(_ connection: SQLiteConnection) {
        self.connection = connection
        let columns = """
            SELECT i.row, i.dialect, i.key, p.id, i.name, i.email, i.plan_id, i.account_created_at, i.assurance, i.pin, \
            i.auth_token, i.is_flagged, i.created_at FROM identity AS i CROSS JOIN person AS p
            """
        byKey = connection.statement("\(columns) WHERE i.dialect = ? AND i.key = ? AND p.row = i.person")
        byRow = connection.statement("\(columns) WHERE i.row = ? AND p.row = i.person")
        let person = "SELECT row, id, name, email FROM person"
        personByID = connection.statement("\(person) WHERE id = ?")
        personByEmail = connection.statement("\(person) WHERE email_key = ?")
        personByRow = connection.statement("\(person) WHERE row = (SELECT person FROM identity WHERE row = ?)")
        sharing = connection.statement("SELECT 1 FROM identity WHERE person = ? AND row <> ? LIMIT 1")
        personInsertion = connection.statement("INSERT INTO person(id, name, email, email_key) VALUES (?, ?, ?, ?)")
        personUpdate = connection.statement("UPDATE person SET name = ?, email = ?, email_key = ? WHERE row = ?")
        insertion = connection.statement(
            """
            INSERT INTO identity(dialect, key, person, name, email, plan_id, account_created_at, assurance, is_flagged,
            created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
            """
        )
        contact = connection.statement(
            """
            UPDATE identity SET person = ?, name = ?, email = ?, plan_id = ?, account_created_at = ?, assurance = ?
            WHERE row = ?
            """
        )
        credentials = connection.statement(
            "UPDATE identity SET pin = ?, auth_token = ?, assurance = ?, is_flagged = ? WHERE row = ?"
        )
        removal = connection.statement(
            """
            DELETE FROM identity WHERE row = ?1 AND pin IS NULL AND auth_token IS NULL
            AND NOT EXISTS (SELECT 1 FROM conversation WHERE identity = ?1)
            """
        )
        personRemoval = connection.statement(
            "DELETE FROM person WHERE row = ?1 AND NOT EXISTS (SELECT 1 FROM identity WHERE person = ?1)"
        )
    }

    private static func read(_ row: SQLiteStatement) -> Identity {
        Identity(
            row: row.int64(),
            dialect: row.dialect(),
            key: row.text(),
            person: row.id(),
            name: row.text(),
            email: row.text(),
            account: AccountFacts(planID: row.optionalDouble(), accountCreatedAt: row.optionalInt64()),
            assurance: Assurance(rawValue: row.int()) ?? .none,
            pin: row.optionalBytes(),
            authToken: row.optionalText(),
            isFlagged: row.bool(),
            createdAt: row.int64()
        )
    }

    private static func readPerson(_ row: SQLiteStatement) -> Person {
        Person(row: row.int64(), id: row.id(), name: row.text(), email: row.text())
    }

    // MARK: Reading

    func find(dialect: DialectName, key: String) throws(StoreError) -> Identity? {
        byKey.bind(dialect.rawValue)
        byKey.bind(key)
        return try byKey.one(Self.read)
    }

    func find(row: Int64) throws(StoreError) -> Identity? {
        byRow.bind(row)
        return try byRow.one(Self.read)
    }

    func person(_ id: EntityID) throws(StoreError) -> Person? {
        personByID.bind(id)
        return try personByID.one(Self.readPerson)
    }

    // MARK: Writing

    func upsert(_ draft: IdentityDraft) throws(StoreError) -> Identity {
        guard let known = try find(dialect: draft.dialect, key: draft.key) else { return try insert(draft) }
        var new = known
        // What the customer left out this time is not thereby unknown.
        if !draft.contact.name.isEmpty { new.name = draft.contact.name }
        if !draft.contact.email.isEmpty { new.email = draft.contact.email }
        new.account.planID = draft.account.planID ?? known.account.planID
        new.account.accountCreatedAt = draft.account.accountCreatedAt ?? known.account.accountCreatedAt
        if draft.assurance.rawValue > known.assurance.rawValue { new.assurance = draft.assurance }
        guard new != known else { return known }
        personByRow.bind(known.row)
        guard let present = try personByRow.one(Self.readPerson) else {
            throw StoreError(.corrupt, message: "an identity's person is missing")
        }
        let person = try person(for: new, present: present, newID: draft.personID)
        new.person = person.id
        contact.bind(person.row)
        contact.bind(new.name)
        contact.bind(new.email)
        contact.bind(new.account.planID)
        contact.bind(new.account.accountCreatedAt)
        contact.bind(new.assurance.rawValue)
        contact.bind(new.row)
        try contact.run()
        return new
    }

    private func insert(_ draft: IdentityDraft) throws(StoreError) -> Identity {
        let person: Person
        if let known = try self.person(email: draft.contact.email) {
            person = known
        } else {
            person = try insertPerson(draft.personID, name: draft.contact.name, email: draft.contact.email)
        }
        if person.name.isEmpty, !draft.contact.name.isEmpty {
            try updatePerson(person, name: draft.contact.name, email: person.email)
        }
        insertion.bind(draft.dialect.rawValue)
        insertion.bind(draft.key)
        insertion.bind(person.row)
        insertion.bind(draft.contact.name)
        insertion.bind(draft.contact.email)
        insertion.bind(draft.account.planID)
        insertion.bind(draft.account.accountCreatedAt)
        insertion.bind(draft.assurance.rawValue)
        insertion.bind(draft.at)
        try insertion.run()
        return Identity(
            row: connection.lastInsertedRow,
            dialect: draft.dialect,
            key: draft.key,
            person: person.id,
            name: draft.contact.name,
            email: draft.contact.email,
            account: draft.account,
            assurance: draft.assurance,
            pin: nil,
            authToken: nil,
            isFlagged: false,
            createdAt: draft.at
        )
    }

    /// Whose an identity is after its contact data changed. A new e-mail leads to the person who has it. Otherwise it
    /// is the same person's, unless others share that person by the old e-mail: then a person of its own.
    private func person(for identity: Identity, present: Person, newID: EntityID) throws(StoreError) -> Person {
        let key = EmailKey.of(identity.email)
        if key == EmailKey.of(present.email) {
            if !identity.name.isEmpty, identity.name != present.name {
                try updatePerson(present, name: identity.name, email: present.email)
            }
            return present
        }
        if let other = try person(email: identity.email) { return other }
        sharing.bind(present.row)
        sharing.bind(identity.row)
        let isShared = try sharing.one { _ in true } ?? false
        if isShared { return try insertPerson(newID, name: identity.name, email: identity.email) }
        try updatePerson(present, name: identity.name, email: identity.email)
        return present
    }

    private func person(email: String) throws(StoreError) -> Person? {
        guard let key = EmailKey.of(email) else { return nil }
        personByEmail.bind(key)
        return try personByEmail.one(Self.readPerson)
    }

    private func insertPerson(_ id: EntityID, name: String, email: String) throws(StoreError) -> Person {
        personInsertion.bind(id)
        personInsertion.bind(name)
        personInsertion.bind(email)
        personInsertion.bind(EmailKey.of(email))
        try personInsertion.run()
        return Person(row: connection.lastInsertedRow, id: id, name: name, email: email)
    }

    private func updatePerson(_ person: Person, name: String, email: String) throws(StoreError) {
        personUpdate.bind(name)
        personUpdate.bind(email)
        personUpdate.bind(EmailKey.of(email))
        personUpdate.bind(person.row)
        try personUpdate.run()
    }

    func update(_ identity: Identity) throws(StoreError) {
        credentials.bind(identity.pin)
        credentials.bind(identity.authToken)
        credentials.bind(identity.assurance.rawValue)
        credentials.bind(identity.isFlagged)
        credentials.bind(identity.row)
        try credentials.run()
    }

    /// Forgets whom no conversation is of any more. How somebody proves to be a user is not forgotten: who comes next
    /// with that e-mail could otherwise be taken for the same.
    func forgetUnused(_ row: Int64) throws(StoreError) {
        personByRow.bind(row)
        guard let person = try personByRow.one(Self.readPerson) else { return }
        removal.bind(row)
        try removal.run()
        personRemoval.bind(person.row)
        try personRemoval.run()
    }
}
