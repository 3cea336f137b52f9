package import Core

/// What each canonical fact becomes here.
extension RoomsDialect {
    package static var coverage: [FactCoverage] {
        [
            FactCoverage(.conversation, .exact, "session, one per client id"),
            FactCoverage(.kind, .notShown),
            FactCoverage(.subject, .notShown),
            FactCoverage(.status, .approximate, "active, closed"),
            FactCoverage(.priority, .notShown),
            FactCoverage(.department, .notShown),
            FactCoverage(.tags, .notShown),
            FactCoverage(.assignment, .notShown),
            FactCoverage(.notes, .notShown),
            FactCoverage(.rating, .notShown),
            FactCoverage(.messageOrder, .exact, "pages, oldest first"),
            FactCoverage(.systemMessages, .notShown, "as admin when configured"),
            FactCoverage(.author, .approximate, "client, admin; senderName outside strict"),
            FactCoverage(.attachments, .approximate, "file names behind the text"),
            FactCoverage(.imageLink, .approximate, "the link behind the text"),
            FactCoverage(.readState, .exact, "read, message-read event; outside strict"),
            FactCoverage(.deliveredState, .notShown),
            FactCoverage(.unreadCount, .exact, "unread in sessions; outside strict"),
            FactCoverage(.typing, .exact, "typing event"),
            FactCoverage(.customerName, .notShown),
            FactCoverage(.customerEmail, .notShown),
            FactCoverage(.assurance, .notShown),
            FactCoverage(.times, .approximate, "seconds"),
            FactCoverage(.liveMessages, .exact, "new-message event"),
            FactCoverage(.liveStatus, .approximate, "session-closed event; outside strict"),
        ]
    }
}
