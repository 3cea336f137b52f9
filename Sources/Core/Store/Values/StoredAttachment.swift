/// An attachment and where it belongs.
package struct StoredAttachment: Sendable {
    package var attachment: Attachment
    package var conversation: Int64
    /// The message that names it; nil while it is an upload.
    package var messageNumber: Int64?

    package init(attachment: Attachment, conversation: Int64, messageNumber: Int64?) {
        self.attachment = attachment
        self.conversation = conversation
        self.messageNumber = messageNumber
    }
}
