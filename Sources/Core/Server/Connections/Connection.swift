/// One client's TCP connection on its lane: bytes in, bytes out, timeouts, and what is spoken over it — HTTP, and
/// after an upgrade a WebSocket.
///
/// One request is in work at a time; the next head is parsed when the answer before it is in the output queue.
final class Connection {
    /// Where the connection stands.
    enum Phase {
        /// Reading a request, or waiting for one.
        case reading
        /// A request waits for its answer.
        case working
        /// Waits for its output to drain, then moves to another lane.
        case moving
        /// Speaks WebSocket.
        case upgraded
        /// Everything was answered; closes when the output has drained.
        case finishing
        /// The client is given time to read the last answer and close its side.
        case lingering
        case closed
    }

    let token: UInt64
    /// Moves on with a connection that goes to another lane.
    var descriptor: FileDescriptor
    let peer: PeerAddress
    let listener: Listener
    let lane: Lane
    var phase = Phase.reading
    var output = OutputQueue()
    /// What is watched for; see `rewatch`.
    private(set) var interest: Interest = .readable
    /// Reading HTTP; gone after an upgrade.
    var http: HTTPReading?
    var socket: WebSocketDriver?
    var transport: TLSTransport?
    /// Bytes that arrived and are not parsed yet.
    var held: [UInt8] = []
    /// Inside the parser's loop: answers given there must not parse on by themselves.
    var isParsing = false
    /// A head has begun and its patience runs.
    var isHeadTimed = false
    /// Parsing waits until the output is written.
    var isPaused = false
    /// Where the connection is counted: a tenant's, for the client's address, within a limit.
    private var admission: (tenant: TenantLane, client: PeerAddress, limit: Int)?
    private var isDirty = false
    private var isBlocked = false
    /// The client has closed its side.
    private(set) var peerFinished = false
    var timer: TimerID?
    var timerAt: Int64 = 0
    /// When patience ends; moves with every byte while the timer stays where it is.
    var deadline: Int64 = .max
    /// When the output last made progress, while it is blocked.
    var writeDeadline: Int64 = .max

    /// Bytes that may wait behind a request in work before reading stops.
    private static let heldLimit = 128 << 10
    /// Answers that may wait before the next pipelined request is looked at.
    static let pipelineLimit = 64 << 10

    init(
        token: UInt64,
        descriptor: consuming FileDescriptor,
        peer: PeerAddress,
        listener: Listener,
        lane: Lane
    ) {
        self.token = token
        self.descriptor = descriptor
        self.peer = peer
        self.listener = listener
        self.lane = lane
        let limits = listener.role == .tenants ? lane.directory.headLimits : nil
        http = HTTPReading(limits: limits ?? lane.settings.httpLimits)
    }

    init(token: UInt64, descriptor: consuming FileDescriptor, handed: HandedConnection, lane: Lane) {
        self.token = token
        self.descriptor = descriptor
        peer = handed.peer
        listener = handed.listener
        self.lane = lane
        held = handed.unread
        peerFinished = handed.peerFinished
        http = HTTPReading(parser: handed.parser)
        if let stream = handed.takeStream() { transport = TLSTransport(stream) }
        if peerFinished { interest = [] }
    }

    /// A fresh connection: the client has so long for its first head.
    func opened() {
        if listener.isEncrypted, let context = listener.tls {
            do { transport = try TLSTransport(context) } catch {
                lane.log.warning("TLS could not be started", .error(error))
                close()
                return
            }
        }
        setDeadline(lane.settings.headerTimeout)
    }

    /// A connection that came from another lane, with the head that brought it here.
    func adopted(_ handed: HandedConnection) {
        begin(handed.head)
        // Also without further bytes: the end of a request without a body is still to be told.
        parseHeld()
        resumeReading()
        if transport?.hasOutgoing == true { markDirty() }
    }

    // MARK: - Events

    func handle(_ event: EpollEvent) {
        if event.isWritable || event.isError { flush() }
        guard phase != .closed else { return }
        if event.isReadable || event.isHangup || event.isError { readable() }
    }

    private func readable() {
        // A few reads at a time: one busy sender must not hold up the lane.
        for _ in 0..<4 {
            guard phase != .closed, interest.contains(.readable) else { return }
            let result = descriptor.receive(into: lane.readBuffer)
            switch result {
            case .processed(let count):
                if transport != nil { decrypt() } else { lane.readBuffer.withSpan { take($0) } }
                if count < lane.readBuffer.capacity { return }
            case .wouldBlock: return
            case .endOfFile:
                finishedByPeer()
                return
            case .failed:
                close()
                return
            }
        }
    }

    private func decrypt() {
        guard var stream = transport.take() else { return }
        var plaintext: [UInt8] = []
        let result = lane.readBuffer.withSpan { stream.receive($0, into: &plaintext) }
        if stream.hasOutgoing { markDirty() }
        transport = consume stream
        if !plaintext.isEmpty { take(plaintext.span) }
        switch result {
        case .open: break
        case .closedByPeer: if phase != .closed { finishedByPeer() }
        case .failed:
            flush()
            close()
        }
    }

    /// Takes bytes that came, behind those that wait already.
    private func take(_ input: Span<UInt8>) {
        switch phase {
        case .closed, .finishing, .lingering: return
        case .working, .moving:
            held.append(bytes: input)
            if held.count >= Self.heldLimit { setInterest(reading: false) }
        case .upgraded:
            socket?.take(input)
        case .reading:
            guard held.isEmpty, !isPaused else {
                held.append(bytes: input)
                if isPaused, held.count >= Self.heldLimit { setInterest(reading: false) }
                drainHeld()
                return
            }
            let used = consumeHTTP(input)
            if used < input.count { keep(input.extracting(used..<input.count)) }
        }
    }

    /// Keeps what parsing left, or passes it on when the last request was an upgrade.
    private func keep(_ rest: Span<UInt8>) {
        if phase == .upgraded { socket?.take(rest) } else if phase != .closed { held.append(bytes: rest) }
    }

    /// Parses what waits, after an answer made room for the next request.
    func drainHeld() {
        guard phase == .reading, !held.isEmpty, !isPaused else { return }
        parseHeld()
    }

    private func parseHeld() {
        let bytes = held
        held = []
        let used = consumeHTTP(bytes.span)
        if used < bytes.count { keep(bytes.span.extracting(used..<bytes.count)) }
    }

    /// Reads on after an answer.
    func resumeReading() {
        drainHeld()
        guard phase == .reading, !isPaused else { return }
        if peerFinished {
            // Everything the client sent before it closed its side is answered.
            finish()
        } else {
            setInterest(reading: true)
        }
    }

    private func finishedByPeer() {
        peerFinished = true
        switch phase {
        case .working, .moving:
            setInterest(reading: false)
            http?.clientLeft()
        // Requests that wait for their turn are answered yet.
        case .reading where isPaused: setInterest(reading: false)
        case .reading: finish()
        case .finishing where hasOutput: setInterest(reading: false)
        case .finishing, .lingering, .upgraded, .closed: close()
        }
    }

    // MARK: - Output

    /// Something is queued, or encrypted and not sent yet.
    var hasOutput: Bool { !output.isEmpty || transport?.hasOutgoing == true }

    /// Queues bytes; they are written at the end of the lane's turn.
    func send(_ bytes: [UInt8]) {
        output.append(bytes)
        markDirty()
    }

    func send(file: FileReference, offset: Int, length: Int) {
        output.append(file: file, offset: offset, length: length)
        markDirty()
    }

    /// Has the output written, or what waits for it done, at the end of this turn of the loop.
    func markDirty() {
        guard !isDirty, phase != .closed else { return }
        isDirty = true
        lane.hasOutput(self)
    }

    /// Writes what is queued.
    func flush() {
        isDirty = false
        guard phase != .closed else { return }
        let result = transport == nil ? output.flush(to: descriptor) : flushEncrypted()
        switch result {
        case .drained:
            if isBlocked { unblocked() }
            drained()
        case .blocked(let count):
            if !isBlocked || count > 0 { writeDeadline = lane.now + lane.settings.writeTimeout }
            isBlocked = true
            setInterest(writing: true)
            armTimer()
        case .yielded:
            writeDeadline = lane.now + lane.settings.writeTimeout
            isBlocked = true
            setInterest(writing: true)
            armTimer()
        case .failed:
            close()
        }
    }

    private func flushEncrypted() -> FlushResult {
        guard var stream = transport.take() else { return .failed(0) }
        let result = stream.flush(&output, to: descriptor)
        transport = consume stream
        return result
    }

    private func unblocked() {
        isBlocked = false
        writeDeadline = .max
        setInterest(writing: false)
    }

    private func drained() {
        switch phase {
        case .moving: move()
        case .finishing: linger()
        case .reading where isPaused: lane.resumeSoon(self)
        default: break
        }
    }

    /// Goes on with pipelined requests, in a turn of the loop after that in which the output was written.
    func resume() {
        guard isPaused else { return }
        isPaused = false
        resumeReading()
    }

    // MARK: - Admission

    /// Counts the connection among those that its client has with the tenant it asks now; false when those are more
    /// than the limit of what it asks for. Who is in is asked again only by a narrower limit.
    func admit(to tenant: TenantLane, client: PeerAddress, limit: Int?) -> Bool {
        let limit = limit ?? .max
        if let admission, admission.tenant === tenant {
            guard limit < admission.limit else { return true }
            guard tenant.connectionCount(of: admission.client) <= limit else { return false }
            self.admission?.limit = limit
            return true
        }
        endAdmission()
        guard tenant.connectionCount(of: client) < limit else { return false }
        tenant.enter(client)
        admission = (tenant, client, limit)
        return true
    }

    func endAdmission() {
        admission?.tenant.leave(admission?.client ?? peer)
        admission = nil
    }

    /// A slow reader keeps too much of the lane's memory.
    var isOverloaded: Bool { output.byteCount > lane.settings.outputLimit }

    // MARK: - Watching

    func setInterest(reading: Bool? = nil, writing: Bool? = nil) {
        var wanted = interest
        if let reading { if reading { wanted.insert(.readable) } else { wanted.remove(.readable) } }
        if let writing { if writing { wanted.insert(.writable) } else { wanted.remove(.writable) } }
        if peerFinished { wanted.remove(.readable) }
        guard wanted != interest, phase != .closed else { return }
        interest = wanted
        lane.rewatch(self)
    }
}
