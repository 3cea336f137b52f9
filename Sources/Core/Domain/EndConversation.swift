/// Ends a conversation.
package struct CloseConversation: Sendable {
    package var conversation: ConversationName
    package var access: Access
    package var rating: Int?
    package var feedback: String?
    /// Whether closing twice is a conflict (Chat module) or answered with the first end (the others).
    package var refusesTwice: Bool

    package init(
        conversation: ConversationName,
        access: Access,
        rating: Int? = nil,
        feedback: String? = nil,
        refusesTwice: Bool = false
    ) {
        self.conversation = conversation
        self.access = access
        self.rating = rating
        self.feedback = feedback
        self.refusesTwice = refusesTwice
    }
}

package struct RateConversation: Sendable {
    package var conversation: ConversationName
    package var access: Access
    package var score: Int
    package var feedback: String?

    package init(conversation: ConversationName, access: Access, score: Int, feedback: String?) {
        self.conversation = conversation
        self.access = access
        self.score = score
        self.feedback = feedback
    }
}
