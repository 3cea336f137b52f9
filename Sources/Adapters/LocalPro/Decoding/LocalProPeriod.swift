import Core

/// The period of the analytics: half-open, in UTC.
struct LocalProPeriod: Equatable {
    private static let defaultLength: Int64 = 30 * 86_400_000

    let start: Int64
    let end: Int64

    init(_ query: QueryItems, now: Int64) throws(Rejection) {
        let given = try Self.moment("startDate", query)
        end = try Self.moment("endDate", query) ?? max(now, given ?? now)
        start = given ?? end - Self.defaultLength
        guard start <= end else { throw .invalid("startDate", "startDate must not be after endDate") }
    }

    private static func moment(_ name: String, _ query: QueryItems) throws(Rejection) -> Int64? {
        guard let text = query.first(name).nonEmpty else { return nil }
        if let moment = CivilTime.parse(text.utf8Span.span) { return moment }
        // A plus sign that was not escaped has become a space.
        if let space = text.lastIndex(of: " ") {
            let repaired = text[..<space] + "+" + text[text.index(after: space)...]
            if let moment = CivilTime.parse(String(repaired).utf8Span.span) { return moment }
        }
        throw .invalid(name, "\(name) must be an ISO 8601 date")
    }
}
