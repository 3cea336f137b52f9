import Core

/// What clients emit: `join`, `send-message`, `typing`.
extension RoomsSession {
    /// A dashboard joins all its rooms at once; nobody joins more.
    private static let joinRate = Rate(5_000, per: .seconds(60))
    private static let maximumRooms = 10_000
    /// Clients say it with every few keystrokes; more than this is dropped.
    private static let typingRate = Rate(50, per: .seconds(10))

    func handle(_ event: SocketIOEvent) {
        let answer = RoomsAnswer(session: self, id: event.ackID)
        do {
            switch event.name {
            case "join": try join(event.arguments[0], answer)
            case "send-message": try sendMessage(event.arguments[0], answer)
            case "typing": try typing(event.arguments[0], answer)
            default: throw Rejection(.unknownRoute, "Unknown event")
            }
        } catch let rejection as Rejection {
            answer.fail(rejection)
        } catch {
            hub.lane.log.error("a Socket.IO event failed", .error(error))
            answer.fail(error is StoreError ? .unavailable : .internalFailure)
        }
    }

    // MARK: - Join

    /// The client id, or outside strict an object that has it.
    private func join(_ value: JSONValue?, _ answer: RoomsAnswer) throws {
        let decision = joinBucket.take(Self.joinRate, now: hub.lane.clock.nowMonotonicNanoseconds)
        guard decision.isAllowed else { return answer.drop() }
        let isWrapped = rules.hasExtensions && value?.object != nil
        let clientID = try RoomsFields.clientID(isWrapped ? value?["clientId"] : value)
        _ = try rules.access.reach(party, clientID)
        guard joined.count < Self.maximumRooms else { throw Rejection(.malformed, "Too many rooms") }
        enter(try hub.room(clientID), since: hub.lane.publishedEvent)
        answer.succeed { $0.field("clientId", clientID) }
    }

    // MARK: - Messages

    private func sendMessage(_ value: JSONValue?, _ answer: RoomsAnswer) throws {
        let rateClass: RateClass = party.agent == nil ? .guestWrite : .agent
        try hub.lane.takeToken(rateClass, client.address, limits: rules.limits, scope: client.scope)
        let input = try RoomsMessageInput(value, rules: rules)
        let access = try rules.access.act(party, as: input.sender, in: input.clientID)
        let send = SendMessage(
            conversation: RoomsREST.name(input.clientID),
            access: access,
            author: RoomsAccess.author(party, as: input.sender, in: input.clientID),
            draft: MessageDraft(text: input.text),
            onClosed: rules.onClosed
        )
        let now = hub.lane.clock.nowUnixMilliseconds
        let operation = Operation(.send(send), at: now, idempotency: key(of: input, now: now))
        let renderer = rules.renderer
        hub.lane.write(operation) { reply in
            switch reply {
            case .message(let sent):
                let clientID = RoomsRenderer.clientID(of: sent.conversation)
                answer.succeed {
                    $0.key("message")
                    renderer.liveMessage(sent.message, clientID: clientID, to: &$0)
                }
            // What was born elsewhere does not exist for clients.
            case .rejected(let rejection) where rejection.reason == .forbidden: answer.fail(.unknownConversation)
            case .rejected(let rejection): answer.fail(rejection)
            case .created, .conversation, .note, .uploads, .done, .counted, .swept: answer.fail(.internalFailure)
            }
        }
    }

    /// What makes two messages the same one: who sends it where, under which key; and what they say.
    private func key(of input: RoomsMessageInput, now: Int64) -> IdempotencyKey? {
        guard let key = input.idempotencyKey else { return nil }
        let caller = party.agent.map { "agent:" + $0.id } ?? "guest"
        var scope = SHA256Hasher()
        for part in [DialectName.rooms.rawValue, "send-message", caller, input.clientID, input.sender.rawValue, key] {
            scope.update(part.utf8Span.span)
            scope.update([0].span)
        }
        return IdempotencyKey(
            scope: scope.finish(),
            content: SHA256.digest(of: Array(input.text.utf8)),
            expiresAt: now + 86_400_000
        )
    }

    // MARK: - Typing

    private func typing(_ value: JSONValue?, _ answer: RoomsAnswer) throws {
        let decision = typingBucket.take(Self.typingRate, now: hub.lane.clock.nowMonotonicNanoseconds)
        guard decision.isAllowed else { return answer.drop() }
        let input = try RoomsTypingInput(value)
        let access = try rules.access.act(party, as: input.sender, in: input.clientID)
        do {
            let conversation = try hub.lane.conversation(RoomsREST.name(input.clientID), by: access)
            hub.lane.signalTyping(
                TypingSignal(
                    conversation: conversation,
                    side: input.sender.side,
                    dialect: .rooms,
                    userID: RoomsAccess.author(party, as: input.sender, in: input.clientID).id,
                    isTyping: input.isTyping,
                    at: hub.lane.clock.nowUnixMilliseconds,
                    socket: number
                )
            )
        } catch let rejection as Rejection where rejection.reason == .unknownConversation {
            // A room whose conversation is not begun has members all the same.
            relay(input)
        } catch let rejection as Rejection where rejection.reason == .forbidden {
            throw Rejection.unknownConversation
        }
        answer.succeed { _ in }
    }

    private func relay(_ input: RoomsTypingInput) {
        guard let room = hub.joinedRoom(input.clientID), room.row == nil, let events = hub.events() else { return }
        var broadcast = events.typing(input.sender, input.isTyping, clientID: input.clientID)
        room.tell(&broadcast, number: 0, except: number)
    }
}

/// The way back to who emitted an event: an acknowledgement where one is asked for, else `error` when it failed.
struct RoomsAnswer {
    let session: RoomsSession
    let id: Int?

    /// `{"ok": true, …}`.
    func succeed(_ fields: (inout JSONWriter) -> Void) {
        guard let id else { return }
        session.send(
            SocketIOEncoder.ack(id: id) { json in
                json.object {
                    $0.field("ok", true)
                    fields(&$0)
                }
            }
        )
    }

    /// `{"ok": false, "error": {…}}`.
    func fail(_ rejection: Rejection) {
        guard let id else { return session.tell(rejection) }
        session.send(
            SocketIOEncoder.ack(id: id) { json in
                json.object {
                    $0.field("ok", false)
                    $0.object("error") { RoomsRenderer.fields(of: rejection, to: &$0) }
                }
            }
        )
    }

    /// Too many: dropped, but who waits for an answer gets one.
    func drop() {
        if id != nil { fail(Rejection(.rateLimited, "Too many requests, please try again later")) }
    }
}
