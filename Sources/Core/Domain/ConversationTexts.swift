/// The texts of a conversation: what people write into it and change seldom, and what would be dear to copy.
struct ConversationTexts: Sendable, Equatable {
    var externalID: String
    var ownerKey: String
    var contact: Contact
    var source: Origin
    var subject: String?
    var department: String
    var tags: [String]
    var assignment: Assignment?
    var rating: Rating?
}

extension Conversation {
    /// Its id in the dialect it was born in.
    package var externalID: String {
        get { texts.value.externalID }
        set { texts.value.externalID = newValue }
    }

    /// The owning identity's key: an uuid, an e-mail, a client id or a token's subject.
    package var ownerKey: String {
        get { texts.value.ownerKey }
        set { texts.value.ownerKey = newValue }
    }

    package var contact: Contact {
        get { texts.value.contact }
        set { texts.value.contact = newValue }
    }

    package var source: Origin {
        get { texts.value.source }
        set { texts.value.source = newValue }
    }

    package var subject: String? {
        get { texts.value.subject }
        set { texts.value.subject = newValue }
    }

    package var department: String {
        get { texts.value.department }
        set { texts.value.department = newValue }
    }

    package var tags: [String] {
        get { texts.value.tags }
        set { texts.value.tags = newValue }
    }

    package var assignment: Assignment? {
        get { texts.value.assignment }
        set { texts.value.assignment = newValue }
    }

    package var rating: Rating? {
        get { texts.value.rating }
        set { texts.value.rating = newValue }
    }
}
