import Core
import Testing

@testable import Adapters

/// The document's events, literally, and who gets them.
struct RoomsEventTests {
    @Test func connectTellsAnID() throws {
        let bench = try RoomsBench()
        let socket = try bench.connect()
        let document = try JSONDocument(parsing: Array(socket.greeting.utf8.dropFirst(2)))
        #expect(document.root["sid"]?.string?.utf8.count == 22)
        #expect(document.root.count == 1)
    }

    @Test func aMessageGoesToTheWholeRoom() throws {
        let bench = try RoomsBench()
        try bench.lane.begin("user123")
        let client = try bench.join("user123")
        let admin = try bench.join("user123")
        let stranger = try bench.join("user456")
        client.send(#"421["send-message",{"clientId":"user123","message":"Hello","sender":"client"}]"#)
        #expect(client.takeFrames().isEmpty)
        try bench.lane.settle()
        let message = try #require(
            try bench.lane.chats.conversation(RoomsREST.name("user123")).flatMap {
                try bench.lane.chats.lastMessage(of: $0.row, people: true)
            }
        )
        let body =
            #"{"_id":"\#(message.id.shortHex)","clientId":"user123","message":"Hello","sender":"client","#
            + #""createdAt":"2024-12-04T12:00:00Z"}"#
        #expect(client.takeFrames() == [#"431[{"ok":true,"message":\#(body)}]"#, #"42["new-message",\#(body)]"#])
        #expect(admin.takeFrames() == [#"42["new-message",\#(body)]"#])
        #expect(stranger.takeFrames().isEmpty)
    }

    @Test func whoHasNotJoinedMaySendAndHearsNothing() throws {
        let bench = try RoomsBench()
        try bench.lane.begin("user123")
        let room = try bench.join("user123")
        let admin = try bench.connect()
        admin.send(#"42["send-message",{"clientId":"user123","message":"Hi","sender":"admin"}]"#)
        try bench.lane.settle()
        #expect(admin.takeFrames().isEmpty)
        let frames = room.takeFrames()
        #expect(frames.compactMap(ReceivedMessage.init) == [ReceivedMessage(text: "Hi")])
        #expect(frames.first?.contains(#""sender":"admin""#) == true)
        #expect(frames.first?.contains(#""senderName":"Support""#) == true)
    }

    @Test func strictMessagesHaveTheDocumentedKeys() throws {
        let bench = try RoomsBench(RoomsFixture.configuration(mode: .strict))
        try bench.lane.begin("user123")
        let room = try bench.join("user123")
        room.send(#"42["send-message",{"clientId":"user123","message":"Hi","sender":"admin"}]"#)
        try bench.lane.settle()
        let frame = try #require(room.takeFrames().first)
        let keys = try JSONDocument(parsing: Array(frame.utf8.dropFirst(2))).root.array.map(Array.init)?[1].object
        #expect(keys?.map(\.key) == ["_id", "clientId", "message", "sender", "createdAt"])
    }

    @Test func joiningTwiceIsOnce() throws {
        let bench = try RoomsBench()
        let conversation = try bench.lane.begin("user123")
        let client = try bench.join("user123")
        client.send(#"42["join","user123"]"#)
        try bench.lane.say("Hi", in: conversation)
        #expect(client.takeFrames().count == 1)
    }

    @Test func aRoomMayBeJoinedBeforeItsConversation() throws {
        let bench = try RoomsBench()
        let client = try bench.join("user123")
        #expect(try bench.lane.chats.conversation(RoomsREST.name("user123")) == nil)
        let conversation = try bench.lane.begin("user123")
        try bench.lane.say("Hi", in: conversation)
        #expect(client.takeFrames().compactMap(ReceivedMessage.init) == [ReceivedMessage(text: "Hi")])
    }

    @Test func leavingEndsIt() throws {
        let bench = try RoomsBench()
        let conversation = try bench.lane.begin("user123")
        let client = try bench.join("user123")
        client.send("41")
        try bench.lane.say("Hi", in: conversation)
        #expect(client.takeFrames().isEmpty)
        #expect(bench.hub.joinedRoom("user123") == nil)
    }

    @Test(
        arguments: [
            (#"["send-message",{"clientId":"nobody","message":"a","sender":"client"}]"#, "unknown-conversation"),
            (#"["send-message",{"clientId":"nobody","message":"a","sender":"admin"}]"#, "unknown-conversation"),
            (#"["send-message",{"message":"a","sender":"client"}]"#, "malformed"),
            (#"["send-message"]"#, "malformed"),
            (#"["join"]"#, "malformed"),
            (#"["join",7]"#, "malformed"),
            (#"["join",""]"#, "malformed"),
            (#"["typing",true]"#, "malformed"),
            (#"["dance"]"#, "unknown-route"),
        ]
    )
    func errors(_ event: String, _ code: String) throws {
        let bench = try RoomsBench()
        let socket = try bench.connect()
        socket.send("427" + event)
        try bench.lane.settle()
        let ack = try #require(socket.takeFrames().first)
        #expect(ack.hasPrefix(#"437[{"ok":false,"error":{"code":"\#(code)","message":""#))
        socket.send("42" + event)
        try bench.lane.settle()
        let told = try #require(socket.takeFrames().first)
        #expect(told.hasPrefix(#"42["error",{"code":"\#(code)","message":""#))
        #expect(socket.closeCode == nil)
    }

    @Test func limitsAnswerWithAnError() throws {
        let bench = try RoomsBench()
        try bench.lane.begin("user123")
        let socket = try bench.connect()
        bench.lane.refusal = Rejection(.rateLimited, "Too many requests, please try again later", retryAfter: 5)
        socket.send(#"420["send-message",{"clientId":"user123","message":"a","sender":"client"}]"#)
        #expect(
            socket.takeFrames() == [
                #"430[{"ok":false,"error":{"code":"rate-limited","message":"Too many requests, please try again later"}}]"#
            ]
        )
    }

    @Test func aMessageSentAgainIsStoredOnce() throws {
        let bench = try RoomsBench()
        try bench.lane.begin("user123")
        let socket = try bench.join("user123")
        let event =
            #"["send-message",{"clientId":"user123","message":"a","sender":"client","idempotencyKey":"k"}]"#
        socket.send("421" + event)
        try bench.lane.settle()
        socket.send("422" + event)
        try bench.lane.settle()
        let frames = socket.takeFrames()
        #expect(frames.count == 3)
        #expect(frames.first?.dropFirst(3) == frames.last?.dropFirst(3))
        #expect(frames.compactMap(ReceivedMessage.init).count == 1)
    }

    @Test func aClosedConversationReopensOrRefuses() throws {
        for rule in [nil, ClosedConversationRule.reject] {
            let bench = try RoomsBench(RoomsFixture.configuration(onClosed: rule))
            try bench.lane.begin("user123")
            let close = CloseConversation(conversation: RoomsREST.name("user123"), access: .namelessAgent(.rooms))
            try bench.lane.perform(.close(close))
            let socket = try bench.connect()
            socket.send(#"420["send-message",{"clientId":"user123","message":"a","sender":"client"}]"#)
            try bench.lane.settle()
            let ack = try #require(socket.takeFrames().first)
            #expect(ack.hasPrefix(rule == nil ? #"430[{"ok":true"# : #"430[{"ok":false,"error":{"code":"closed""#))
        }
    }

    // MARK: Typing

    @Test func typingReachesTheOthers() throws {
        let bench = try RoomsBench()
        try bench.lane.begin("user123")
        let client = try bench.join("user123")
        let admin = try bench.join("user123")
        client.send(#"42["typing",{"clientId":"user123","isTyping":true,"sender":"client"}]"#)
        #expect(client.takeFrames().isEmpty)
        #expect(
            admin.takeFrames() == [#"42["typing",{"clientId":"user123","isTyping":true,"sender":"client"}]"#]
        )
        #expect(bench.lane.typing.first?.userID == "user123")
    }

    @Test func typingInARoomWithoutConversation() throws {
        let bench = try RoomsBench()
        let client = try bench.join("user123")
        let admin = try bench.join("user123")
        admin.send(#"423["typing",{"clientId":"user123","isTyping":false,"sender":"admin"}]"#)
        #expect(admin.takeFrames() == [#"433[{"ok":true}]"#])
        #expect(
            client.takeFrames() == [#"42["typing",{"clientId":"user123","isTyping":false,"sender":"admin"}]"#]
        )
    }

    @Test func tooMuchTypingIsDropped() throws {
        let bench = try RoomsBench()
        try bench.lane.begin("user123")
        let client = try bench.join("user123")
        let admin = try bench.join("user123")
        for _ in 0..<80 {
            client.send(#"42["typing",{"clientId":"user123","isTyping":true,"sender":"client"}]"#)
        }
        #expect(admin.takeFrames().count == 50)
        #expect(client.takeFrames().isEmpty)
    }

    // MARK: Extensions

    @Test func readReceipts() throws {
        let bench = try RoomsBench()
        let conversation = try bench.lane.begin("user123")
        let client = try bench.join("user123")
        try bench.lane.say("Hi", in: conversation, by: .customer)
        let id = try #require(try bench.lane.chats.lastMessage(of: conversation.row, people: true)).id.shortHex
        _ = client.takeFrames()
        let read = MarkRead(
            conversation: RoomsREST.name("user123"),
            access: .namelessAgent(.rooms),
            side: .agents,
            extent: .all
        )
        try bench.lane.perform(.read(read))
        #expect(
            client.takeFrames() == [
                #"42["message-read",{"clientId":"user123","sender":"admin","messageId":"\#(id)","#
                    + #""readAt":"2024-12-04T12:00:00Z"}]"#
            ]
        )
    }

    @Test(arguments: [DialectMode.strict, .compat])
    func sessionClosed(_ mode: DialectMode) throws {
        let bench = try RoomsBench(RoomsFixture.configuration(mode: mode))
        try bench.lane.begin("user123")
        let client = try bench.join("user123")
        let close = CloseConversation(conversation: RoomsREST.name("user123"), access: .namelessAgent(.rooms))
        try bench.lane.perform(.close(close))
        try bench.lane.perform(.close(close))
        let told =
            #"42["session-closed",{"clientId":"user123","status":"closed","closedAt":"2024-12-04T12:00:00Z"}]"#
        #expect(client.takeFrames() == (mode == .strict ? [] : [told]))
    }

    @Test func systemTextsAreNotTold() throws {
        for shown in [false, true] {
            let bench = try RoomsBench(RoomsFixture.configuration { $0.systemMessages = shown ? .asSupport : .hidden })
            let conversation = try bench.lane.begin("user123")
            let client = try bench.join("user123")
            try bench.lane.say("Welcome", in: conversation, by: .system)
            #expect(client.takeFrames().count == (shown ? 1 : 0))
        }
    }
}
