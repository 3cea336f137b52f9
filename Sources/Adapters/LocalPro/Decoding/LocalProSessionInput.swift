import Core

/// What the body of a new session says.
struct LocalProSessionInput: Equatable {
    /// Nil: the server makes one.
    let sessionID: String?
    let name: String
    let email: String
    let phone: String?
    let pageURL: String?

    init(_ body: JSONValue, requiresID: Bool) throws(Rejection) {
        let fields = LocalProFields(body)
        if let value = fields.value("sessionId") {
            guard let id = value.string, Self.isSessionID(id) else {
                throw .invalid("sessionId", "sessionId must have 8 to 128 characters out of A-Z, a-z, 0-9, _ and -")
            }
            sessionID = id
        } else {
            guard !requiresID else { throw .invalid("sessionId", "sessionId is required") }
            sessionID = nil
        }
        guard let user = fields.value("user") else { throw Self.missingUser("user") }
        guard user.object != nil else { throw .invalid("user", "user must be an object") }
        let userFields = LocalProFields(user, path: "user.")
        guard let name = try userFields.line("name", atMost: LocalProSizes.name), !name.isBlank else {
            throw Self.missingUser("user.name")
        }
        guard let email = try userFields.line("email", atMost: LocalProSizes.email), !email.isBlank else {
            throw Self.missingUser("user.email")
        }
        guard EmailForm.isValid(email) else { throw .invalid("user.email", "user.email must be an e-mail address") }
        self.name = name
        self.email = email
        phone = try userFields.line("phone", atMost: LocalProSizes.phone).nonEmpty
        pageURL = try fields.line("pageUrl", atMost: LocalProSizes.url).nonEmpty
    }

    private static func missingUser(_ field: String) -> Rejection {
        .invalid(field, "User name and email are required")
    }

    /// The form a client's ids must have.
    static func isSessionID(_ id: String) -> Bool {
        (8...128).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }

    /// Writes what makes a retry the same request.
    func digest(into json: inout JSONWriter) {
        json.nullable("sessionId", sessionID)
        json.field("name", name)
        json.field("email", email)
        json.nullable("phone", phone)
        json.nullable("pageUrl", pageURL)
    }
}

extension String? {
    /// Itself, unless it is empty.
    var nonEmpty: String? { self?.isEmpty == true ? nil : self }
}
