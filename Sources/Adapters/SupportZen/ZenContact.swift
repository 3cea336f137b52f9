import Core

/// The fields that both documents' create requests have in common, checked.
struct ZenContact {
    /// Names of people and plans.
    private static let maximumName = 1024
    /// From here on a time is in milliseconds: as seconds it would lie past the year 5138.
    private static let firstMilliseconds = 1e11
    /// Past any calendar.
    private static let lastMilliseconds = 1e15

    let email: String
    let name: String
    let account: AccountFacts

    init(_ fields: ZenFields) throws(Rejection) {
        email = try Self.email(fields)
        name = try fields.text("name", maximum: Self.maximumName) ?? ""
        account = AccountFacts(
            planID: try fields.number("plan_id"),
            accountCreatedAt: try Self.moment(fields.number("created_at"))
        )
    }

    /// The e-mail of a request, which must be there.
    static func email(_ fields: ZenFields) throws(Rejection) -> String {
        try fields.require(["email"])
        guard let email = try fields.text("email"), EmailForm.isValid(email) else {
            throw .invalid("email", "email must be a valid e-mail address")
        }
        return email
    }

    private static func moment(_ number: Double?) throws(Rejection) -> Int64? {
        guard let number else { return nil }
        let milliseconds = number.magnitude >= firstMilliseconds ? number : number * 1000
        guard milliseconds.magnitude < lastMilliseconds else {
            throw .invalid("created_at", "created_at must be a Unix timestamp")
        }
        return Int64(milliseconds.rounded(.down))
    }
}
