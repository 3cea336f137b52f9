/// Moves a side's read watermark.
package struct MarkRead: Sendable {
    package enum Extent: Sendable, Equatable {
        /// Everything there is.
        case all
        /// Everything that was shown, up to a message of anybody's.
        case shown(upTo: EntityIDRange)
        /// Cumulative up to one message, named by its rendered id.
        case upTo(EntityIDRange)
        /// Cumulative up to the highest of these; ids of other conversations are ignored.
        case upToHighest([EntityIDRange])
        /// Just these, kept as exceptions above the watermark.
        case exactly([EntityIDRange])
    }

    package var conversation: ConversationName
    package var access: Access
    /// Who has read.
    package var side: Side
    package var extent: Extent
    /// An unknown message is refused rather than ignored.
    package var refusesUnknown: Bool

    package init(
        conversation: ConversationName,
        access: Access,
        side: Side,
        extent: Extent,
        refusesUnknown: Bool = false
    ) {
        self.conversation = conversation
        self.access = access
        self.side = side
        self.extent = extent
        self.refusesUnknown = refusesUnknown
    }
}

/// One side has been given everything up to a number. Kept in memory until the next transaction takes it along.
package struct DeliveredMark: Sendable, Equatable {
    package var conversation: Int64
    package var side: Side
    package var number: Int64

    package init(conversation: Int64, side: Side, number: Int64) {
        self.conversation = conversation
        self.side = side
        self.number = number
    }
}
