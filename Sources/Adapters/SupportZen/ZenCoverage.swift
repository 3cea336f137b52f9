import Core

/// What both dialects show in the same way; the reads of the extension included.
enum ZenCoverage {
    static let common = [
        FactCoverage(.conversation, .exact, "chatId, ticketId"),
        FactCoverage(.status, .approximate, "open or closed"),
        FactCoverage(.priority, .notShown),
        FactCoverage(.department, .notShown),
        FactCoverage(.tags, .notShown),
        FactCoverage(.assignment, .notShown),
        FactCoverage(.notes, .notShown),
        FactCoverage(.rating, .notShown),
        FactCoverage(.messageOrder, .exact, "ascending, after=messageId"),
        FactCoverage(.systemMessages, .exact, "sender system"),
        FactCoverage(.author, .exact, "sender, senderName"),
        FactCoverage(.attachments, .exact, "image_url, attachments for others"),
        FactCoverage(.imageLink, .exact, "image_url"),
        FactCoverage(.readState, .notShown),
        FactCoverage(.deliveredState, .notShown, "a read or a webhook's 2xx delivers"),
        FactCoverage(.typing, .notShown),
        FactCoverage(.customerName, .exact, "senderName"),
        FactCoverage(.customerEmail, .notShown, "known to who asks"),
        FactCoverage(.times, .exact, "createdAt"),
        FactCoverage(.liveMessages, .approximate, "wait=25s"),
        FactCoverage(.liveStatus, .approximate, "wait=25s"),
    ]
}
