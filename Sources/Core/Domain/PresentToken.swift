/// Notes that a session token has been used, which makes a guarded session require it.
package struct PresentToken: Sendable {
    package var conversation: ConversationName
    package var access: Access

    package init(conversation: ConversationName, access: Access) {
        self.conversation = conversation
        self.access = access
    }
}
