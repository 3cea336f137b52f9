import Synchronization

/// A connection on its way from one lane to another: descriptor, unread bytes, parsed head, TLS state.
final class HandedConnection: Sendable {
    /// Closed with it, should no lane adopt it.
    private let descriptor: Mutex<FileDescriptor?>
    let peer: PeerAddress
    let listener: Listener
    let parser: HTTPRequestParser
    let head: RequestHead
    let unread: [UInt8]
    let peerFinished: Bool
    private let stream: Mutex<TLSStream?>

    init(
        descriptor: consuming FileDescriptor,
        peer: PeerAddress,
        listener: Listener,
        parser: HTTPRequestParser,
        head: RequestHead,
        unread: [UInt8],
        peerFinished: Bool,
        stream: consuming TLSStream?
    ) {
        self.descriptor = Mutex(descriptor)
        self.peer = peer
        self.listener = listener
        self.parser = parser
        self.head = head
        self.unread = unread
        self.peerFinished = peerFinished
        self.stream = Mutex(stream)
    }

    /// The socket, for the lane that adopts the connection; once.
    func takeDescriptor() -> FileDescriptor? {
        descriptor.withLock { $0.take() }
    }

    /// The TLS state, for the lane that has adopted the connection.
    func takeStream() -> TLSStream? {
        stream.withLock { $0.take() }
    }
}
