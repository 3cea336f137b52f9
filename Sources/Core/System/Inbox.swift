import Synchronization

/// Messages from other threads to one loop.
///
/// The bell is readable exactly while messages wait: it is rung by the message that finds the inbox empty, and by no other.
package final class Inbox<Message: Sendable>: Sendable {
    /// What the loop watches for reading.
    package let bell: EventFD
    private let waiting = Mutex<[Message]>([])

    package init() throws(SystemError) {
        bell = try EventFD()
    }

    /// Adds a message.
    package func send(_ message: Message) {
        waiting.withLock { waiting in
            waiting.append(message)
            if waiting.count == 1 { bell.signal() }
        }
    }

    /// Adds messages that no other sender's come between.
    package func send(contentsOf messages: [Message]) {
        guard !messages.isEmpty else { return }
        waiting.withLock { waiting in
            let wasEmpty = waiting.isEmpty
            waiting.append(contentsOf: messages)
            if wasEmpty { bell.signal() }
        }
    }

    /// Takes all messages, in the order of their arrival; costs no system call when there are none.
    package func drain() -> [Message] {
        var messages: [Message] = []
        drain(into: &messages)
        return messages
    }

    /// Replaces the contents of `messages` by all that wait, and keeps its memory for the next ones.
    package func drain(into messages: inout [Message]) {
        messages.removeAll(keepingCapacity: true)
        // Swapping moves the arrays: nothing is copied or freed under the lock.
        waiting.withLock { waiting in
            guard !waiting.isEmpty else { return }
            bell.clear()
            swap(&waiting, &messages)
        }
    }
}
