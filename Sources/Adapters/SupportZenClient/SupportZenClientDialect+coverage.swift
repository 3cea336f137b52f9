package import Core

extension SupportZenClientDialect {
    package static let coverage: [FactCoverage] =
        ZenCoverage.common + [
            FactCoverage(.kind, .exact, "chat or ticket endpoints"),
            FactCoverage(.subject, .exact, "first line of a ticket"),
            FactCoverage(.unreadCount, .exact, "unread in the list of tickets"),
            FactCoverage(.assurance, .notShown),
        ]
}
