/// Who wrote a message, as it was known when it was written.
package struct Author: Sendable, Equatable {
    package var kind: AuthorKind
    /// The agent's id, or the customer's id in the dialect it wrote through; empty for the system.
    package var id: String
    package var name: String
    package var avatar: String?

    package init(kind: AuthorKind, id: String, name: String, avatar: String? = nil) {
        self.kind = kind
        self.id = id
        self.name = name
        self.avatar = avatar
    }

    /// The author of welcome and status texts.
    package static let system = Author(kind: .system, id: "", name: "System")
}

/// One stored message. Messages are never changed and never deleted singly.
package struct Message: Sendable, Equatable {
    package var conversation: Int64
    /// 1, 2, 3, … in its conversation, every message.
    package var number: Int64
    /// The same without system texts: for a system text, the number of people's messages before it.
    package var peopleNumber: Int64
    /// How many customer messages there are up to and including this one.
    package var customerNumber: Int64
    package var id: EntityID
    package var author: Author
    package var text: String
    /// A link the customer sent along; stored, never fetched.
    package var imageURL: String?
    package var attachments: [Attachment]
    /// The dialect it was written through.
    package var dialect: DialectName
    /// Unix time in milliseconds; shown, never used for order.
    package var createdAt: Int64

    package init(
        conversation: Int64,
        number: Int64,
        peopleNumber: Int64,
        customerNumber: Int64,
        id: EntityID,
        author: Author,
        text: String,
        imageURL: String? = nil,
        attachments: [Attachment] = [],
        dialect: DialectName,
        createdAt: Int64
    ) {
        self.conversation = conversation
        self.number = number
        self.peopleNumber = peopleNumber
        self.customerNumber = customerNumber
        self.id = id
        self.author = author
        self.text = text
        self.imageURL = imageURL
        self.attachments = attachments
        self.dialect = dialect
        self.createdAt = createdAt
    }
}

/// A stored file's facts; its bytes lie in the blob store under `hash`.
package struct Attachment: Sendable, Equatable {
    package var id: EntityID
    /// Where the bytes are kept: the blob's id, whose first bytes are the content's digest.
    package var hash: [UInt8]
    package var name: String
    package var mediaType: String
    package var size: Int64
    /// Pixels, for images whose header could be read.
    package var width: Int?
    package var height: Int?
    /// Seconds, for sound and video whose header tells.
    package var duration: Double?

    package init(
        id: EntityID,
        hash: [UInt8],
        name: String,
        mediaType: String,
        size: Int64,
        width: Int? = nil,
        height: Int? = nil,
        duration: Double? = nil
    ) {
        self.id = id
        self.hash = hash
        self.name = name
        self.mediaType = mediaType
        self.size = size
        self.width = width
        self.height = height
        self.duration = duration
    }

    package var isImage: Bool { mediaType.hasPrefix("image/") }

    /// The same for the same bytes, wherever they are kept.
    package var contentDigest: [UInt8] { Array(hash.prefix(Self.digestBytes)) }

    /// How many bytes of every blob's id are the content's digest.
    package static let digestBytes = 16
}
