/// TLS over a byte transport that somebody else moves: ciphertext goes in with `receive`, comes out with
/// `takeOutgoing`; plaintext comes out with `read` and goes in with `write`. Nothing here blocks or knows a socket.
///
/// The owner of the socket does, whenever bytes came: `receive`, then `read` until it wants input, then sends what
/// `takeOutgoing` gives, after an error too, since it may hold the alert that tells the peer. Ciphertext that is not
/// read waits here without bound, so who stops reading stops receiving.
///
/// It is a value with one owner and can be sent to another thread in mid-connection. Idle it holds no buffers.
package struct TLSStream: ~Copyable, Sendable {
    /// Where a connection stands.
    package enum State: Sendable {
        case handshaking
        case established
        /// The peer has sent close_notify: what came before it is all there is. A transport that ends in any other
        /// state was cut off.
        case closedByPeer
        case failed
    }

    /// What a read came to.
    package enum ReadOutcome: Equatable, Sendable {
        /// So many bytes were appended; there may be more.
        case bytes(Int)
        /// Nothing until more ciphertext has come.
        case wantsInput
        /// The peer sends no more.
        case closedByPeer
    }

    /// The most plaintext one record can hold (RFC 8446, section 5.1).
    package static let maximumRecordLength = 16_384

    package private(set) var state = State.handshaking
    private var isSendingClosed = false
    private var handle: TLSConnectionHandle

    /// The server's end of a connection.
    package init(server context: TLSServerContext) throws(TLSError) {
        handle = try TLSConnectionHandle(server: context.handle)
    }

    /// The client's end of a connection to a host: a DNS name, which is also sent to the server (SNI), or an address
    /// in text without brackets. The first bytes to send are there at once.
    package init(client context: TLSClientContext, host: String) throws(TLSError) {
        // OpenSSL reads an empty name as "do not check" and stops at a zero byte.
        guard !host.isEmpty, !host.utf8.contains(0) else {
            throw .configuration("no host name")
        }
        var handle = try TLSConnectionHandle(client: context.handle, host: host)
        guard case .wantsInput = handle.handshake() else {
            throw .configuration("no greeting for \(host)")
        }
        self.handle = handle
    }

    /// Takes ciphertext from the transport and carries the handshake on.
    package mutating func receive(_ ciphertext: Span<UInt8>) throws(TLSError) {
        switch state {
        case .failed:
            throw .closed
        case .closedByPeer:
            return
        case .handshaking:
            handle.append(incoming: ciphertext)
            try advanceHandshake()
        case .established:
            handle.append(incoming: ciphertext)
        }
    }

    /// Appends plaintext that has come, of one record at most.
    package mutating func read(
        into plaintext: inout [UInt8],
        limit: Int = TLSStream.maximumRecordLength
    ) throws(TLSError) -> ReadOutcome {
        switch state {
        case .failed: throw .closed
        case .closedByPeer: return .closedByPeer
        case .handshaking: return .wantsInput
        case .established: break
        }
        guard limit > 0 else {
            return .bytes(0)
        }
        let before = plaintext.count
        switch handle.read(into: &plaintext, limit: min(limit, Self.maximumRecordLength)) {
        case .done: return .bytes(plaintext.count - before)
        case .wantsInput: return .wantsInput
        case .closedByPeer:
            state = .closedByPeer
            handle.dropIncoming()
            return .closedByPeer
        case .failed(let error): throw fail(error)
        }
    }

    /// Encrypts all of the plaintext into the outgoing bytes.
    package mutating func write(_ plaintext: Span<UInt8>) throws(TLSError) {
        guard state != .handshaking else {
            throw .notEstablished
        }
        guard state != .failed, !isSendingClosed else {
            throw .closed
        }
        guard !plaintext.isEmpty else {
            return
        }
        switch handle.write(plaintext) {
        case .done: return
        case .failed(let error): throw fail(error)
        // Neither happens once the handshake is over: the queue takes everything and renegotiation is off.
        case .wantsInput, .closedByPeer: throw fail(.handshake("record refused"))
        }
    }

    /// Says that no more plaintext follows (close_notify); what the peer still sends can be read. Once is enough.
    package mutating func close() {
        guard !isSendingClosed, state == .established || state == .closedByPeer else {
            return
        }
        isSendingClosed = true
        handle.shutDown()
    }

    /// Whether there is ciphertext to send.
    package var hasOutgoing: Bool { handle.hasOutgoing }

    /// The ciphertext to send, which leaves this value.
    package mutating func takeOutgoing() -> [UInt8] {
        handle.takeOutgoing()
    }

    /// The protocol agreed on by ALPN, `http/1.1`; empty when the peer does not speak ALPN.
    package var applicationProtocol: String { handle.applicationProtocol }

    /// The version agreed on: `TLSv1.2` or `TLSv1.3`.
    package var version: String { handle.version }

    private mutating func advanceHandshake() throws(TLSError) {
        switch handle.handshake() {
        case .done: state = .established
        case .wantsInput: return
        case .closedByPeer: throw fail(.handshake("closed during the handshake"))
        case .failed(let error): throw fail(error)
        }
    }

    private mutating func fail(_ error: TLSError) -> TLSError {
        state = .failed
        handle.dropIncoming()
        return error
    }
}
