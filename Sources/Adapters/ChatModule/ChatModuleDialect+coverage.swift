package import Core

/// What each canonical fact becomes here.
extension ChatModuleDialect {
    package static var coverage: [FactCoverage] {
        [
            FactCoverage(.conversation, .exact, "session"),
            FactCoverage(.kind, .notShown),
            FactCoverage(.subject, .exact, "subject"),
            FactCoverage(.status, .approximate, "active, closed"),
            FactCoverage(.priority, .approximate, "urgent as high"),
            FactCoverage(.department, .notShown),
            FactCoverage(.tags, .exact, "tags"),
            FactCoverage(.assignment, .approximate, "agentId, no name"),
            FactCoverage(.notes, .notShown),
            FactCoverage(.rating, .notShown),
            FactCoverage(.messageOrder, .exact, "cursors"),
            FactCoverage(.systemMessages, .notShown, "as support when configured"),
            FactCoverage(.author, .approximate, "user, support"),
            FactCoverage(.attachments, .exact, "attachments"),
            FactCoverage(.imageLink, .approximate, "attachment of unknown size"),
            FactCoverage(.readState, .exact, "read, status"),
            FactCoverage(.deliveredState, .exact, "status"),
            FactCoverage(.unreadCount, .notShown),
            FactCoverage(.typing, .exact, "typing event"),
            FactCoverage(.customerName, .notShown),
            FactCoverage(.customerEmail, .notShown),
            FactCoverage(.assurance, .notShown),
            FactCoverage(.times, .exact, "milliseconds"),
            FactCoverage(.liveMessages, .exact, "message event"),
            FactCoverage(.liveStatus, .exact, "session_update event"),
        ]
    }
}
