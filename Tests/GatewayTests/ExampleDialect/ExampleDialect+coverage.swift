import Core

/// What each canonical fact becomes here: lines, and little else.
extension ExampleDialect {
    static let coverage: [FactCoverage] = CanonicalFact.allCases.map { fact in
        switch fact {
        case .conversation: FactCoverage(fact, .exact, "thread")
        case .status, .liveStatus: FactCoverage(fact, .approximate, "open or not")
        case .messageOrder: FactCoverage(fact, .exact, "lines, oldest first")
        case .systemMessages, .author: FactCoverage(fact, .exact, "by")
        case .typing, .liveMessages: FactCoverage(fact, .exact, "the socket")
        default: FactCoverage(fact, .notShown)
        }
    }
}
