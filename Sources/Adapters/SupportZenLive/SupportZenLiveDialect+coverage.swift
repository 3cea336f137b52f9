package import Core

extension SupportZenLiveDialect {
    package static let coverage: [FactCoverage] =
        ZenCoverage.common + [
            FactCoverage(.kind, .notShown),
            FactCoverage(.subject, .notShown),
            FactCoverage(.unreadCount, .notShown),
            FactCoverage(.assurance, .notShown),
        ]
}
