import Core

/// What rooms need of the lane they live on; `TenantLane` outside of tests.
protocol RoomsLane: AnyObject {
    var clock: any Clock { get }
    var ids: any IDSource { get }
    var log: Log { get }
    /// Reads what is committed, for what no right is needed.
    var chats: any ChatReader { get }
    /// The newest event that was told.
    var publishedEvent: Int64 { get }

    /// The named conversation, if the caller may have it.
    func conversation(_ name: ConversationName, by access: Access) throws -> Conversation
    /// Queues a write; `complete` is called once, after the commit or with a rejection.
    func write(_ operation: Operation, complete: @escaping (Reply) -> Void)
    func signalTyping(_ signal: TypingSignal)
    func markDelivered(_ conversation: Conversation, _ side: Side, upTo number: Int64)
    /// Takes a token from an address's bucket, or throws what to answer.
    func takeToken(
        _ rateClass: RateClass,
        _ client: PeerAddress,
        limits: LimitsConfiguration,
        scope: Int
    ) throws(Rejection)
    /// Calls back after a while, unless what is returned is dropped before.
    func timer(afterMilliseconds delay: Int64, _ action: @escaping () -> Void) -> AnyObject
}

extension TenantLane: RoomsLane {
    var chats: any ChatReader { reads.reader }

    func conversation(_ name: ConversationName, by access: Access) throws -> Conversation {
        try reads.conversation(name, by: access)
    }

    func write(_ operation: Operation, complete: @escaping (Reply) -> Void) {
        perform(operation, complete: complete)
    }

    func timer(afterMilliseconds delay: Int64, _ action: @escaping () -> Void) -> AnyObject {
        schedule(afterMilliseconds: delay, action)
    }

    /// The rooms of this tenant, under the rules that hold now.
    func rooms(_ rules: RoomsRules) -> RoomsHub {
        let hub = state(of: .rooms) {
            let made = RoomsHub(lane: self, rules: rules)
            subscribeToAll(made)
            return made
        }
        hub.adopt(rules)
        return hub
    }
}

/// One HTTP request that waits for its answer: a poll.
protocol EngineExchange: AnyObject {
    func answer(_ response: Response)
}

extension RequestContext: EngineExchange {}

/// One open WebSocket, as far as a session writes to it.
protocol RoomsTransport {
    /// Queues frames that are encoded already.
    func send(frames: [UInt8])
    func close(code: UInt16, reason: String)
}

extension LiveSocket: RoomsTransport {}
