import Core
import Testing

@testable import Adapters

/// Tokens on Socket.IO, and what they open.
struct RoomsPartyTests {
    @Test func securedRefusesWhoHasNoToken() throws {
        let bench = try RoomsBench(RoomsFixture.configuration(.secured))
        let socket = try bench.connect()
        #expect(
            socket.greeting
                == #"44{"message":"A token is required","data":{"code":"unauthenticated","message":"A token is required"}}"#
        )
        #expect(socket.closeCode == nil)
        let wrong = try bench.connect(#"{"token":"nonsense"}"#)
        #expect(wrong.greeting.hasPrefix(#"44{"message":"Invalid or expired token""#))
    }

    @Test func aRefusedClientMayAskAgain() throws {
        let bench = try RoomsBench(RoomsFixture.configuration(.secured))
        let socket = try bench.connect()
        socket.send(#"40{"token":"jane-token"}"#)
        #expect(socket.takeFrames().first?.hasPrefix(#"40{"sid":"#) == true)
    }

    @Test func aClientsTokenBindsItsID() throws {
        let bench = try RoomsBench(RoomsFixture.configuration(.secured))
        try bench.lane.begin("user123")
        try bench.lane.begin("user456")
        let socket = try bench.connect(#"{"token":"\#(try RoomsFixture.token("user123"))"}"#)
        socket.send(#"420["join","user456"]"#)
        #expect(socket.takeFrames().first?.hasPrefix(#"430[{"ok":false,"error":{"code":"forbidden""#) == true)
        socket.send(#"421["join","user123"]"#)
        #expect(socket.takeFrames() == [#"431[{"ok":true,"clientId":"user123"}]"#])
        socket.send(#"422["send-message",{"clientId":"user456","message":"a","sender":"client"}]"#)
        #expect(socket.takeFrames().first?.hasPrefix(#"432[{"ok":false,"error":{"code":"forbidden""#) == true)
        socket.send(#"423["send-message",{"clientId":"user123","message":"a","sender":"admin"}]"#)
        #expect(socket.takeFrames().first?.hasPrefix(#"433[{"ok":false,"error":{"code":"forbidden""#) == true)
        socket.send(#"424["send-message",{"clientId":"user123","message":"a","sender":"client"}]"#)
        try bench.lane.settle()
        #expect(socket.takeFrames().first?.hasPrefix(#"434[{"ok":true"#) == true)
    }

    @Test func aTokenWithoutRoleIsItsSubjects() throws {
        let bench = try RoomsBench(RoomsFixture.configuration(.secured))
        let socket = try bench.connect(#"{"token":"\#(try RoomsFixture.token("user123", role: nil))"}"#)
        socket.send(#"420["join","user123"]"#)
        #expect(socket.takeFrames() == [#"430[{"ok":true,"clientId":"user123"}]"#])
    }

    @Test func theHandshakesTokenServesWhereConnectHasNone() throws {
        let bench = try RoomsBench(RoomsFixture.configuration(.secured))
        let socket = try bench.connect(token: "jane-token")
        #expect(socket.greeting.hasPrefix("40"))
    }

    @Test func anAgentJoinsWhatWasBornElsewhere() throws {
        let bench = try RoomsBench(RoomsFixture.configuration(.adminOnly))
        let conversation = try bench.lane.begin("lp-session", in: .localPro)
        let id = conversation.id.hex
        let agent = try bench.join(id, token: "jane-token")
        let guest = try bench.join(id)
        try bench.lane.say("from the other app", in: conversation, by: .customer)
        let frames = agent.takeFrames()
        #expect(frames.compactMap(ReceivedMessage.init) == [ReceivedMessage(text: "from the other app")])
        #expect(frames.first?.contains(#""clientId":"\#(id)""#) == true)
        #expect(guest.takeFrames().isEmpty)
        agent.send(#"421["send-message",{"clientId":"\#(id)","message":"Hello","sender":"admin"}]"#)
        try bench.lane.settle()
        #expect(agent.takeFrames().first?.contains(#""senderName":"Jane Smith""#) == true)
        guest.send(#"421["send-message",{"clientId":"\#(id)","message":"Hello","sender":"client"}]"#)
        try bench.lane.settle()
        #expect(guest.takeFrames().first?.hasPrefix(#"431[{"ok":false,"error":{"code":"unknown-conversation""#) == true)
    }

    @Test func theOpenAdminReachesRoomsOnly() throws {
        let bench = try RoomsBench()
        let conversation = try bench.lane.begin("lp-session", in: .localPro)
        let socket = try bench.join(conversation.id.hex)
        socket.send(
            #"420["send-message",{"clientId":"\#(conversation.id.hex)","message":"a","sender":"admin"}]"#
        )
        try bench.lane.settle()
        #expect(
            socket.takeFrames().first?.hasPrefix(#"430[{"ok":false,"error":{"code":"unknown-conversation""#) == true
        )
    }

    @Test func adminOnlyAsksTheAdminForAToken() throws {
        let bench = try RoomsBench(RoomsFixture.configuration(.adminOnly))
        try bench.lane.begin("user123")
        let guest = try bench.connect()
        guest.send(#"420["send-message",{"clientId":"user123","message":"a","sender":"admin"}]"#)
        #expect(guest.takeFrames().first?.hasPrefix(#"430[{"ok":false,"error":{"code":"unauthenticated""#) == true)
        guest.send(#"421["typing",{"clientId":"user123","isTyping":true,"sender":"admin"}]"#)
        #expect(guest.takeFrames().first?.hasPrefix(#"431[{"ok":false,"error":{"code":"unauthenticated""#) == true)
        guest.send(#"422["send-message",{"clientId":"user123","message":"a","sender":"client"}]"#)
        try bench.lane.settle()
        #expect(guest.takeFrames().first?.hasPrefix(#"432[{"ok":true"#) == true)
    }

    @Test func aConnectionEndsWithItsToken() throws {
        let bench = try RoomsBench(RoomsFixture.configuration(.secured))
        let now = Double(bench.lane.manualClock.nowUnixMilliseconds / 1000)
        let socket = try bench.connect(#"{"token":"\#(try RoomsFixture.token("user123", expiry: now + 10))"}"#)
        bench.lane.advance(milliseconds: 9_999)
        #expect(socket.closeCode == nil)
        bench.lane.advance(milliseconds: 1)
        #expect(socket.takeFrames() == [#"42["error",{"code":"unauthenticated","message":"Token expired"}]"#])
        #expect(socket.closeCode == 4401)
    }

    @Test func pushedMessagesCountAsDelivered() throws {
        let bench = try RoomsBench(RoomsFixture.configuration(.adminOnly))
        let conversation = try bench.lane.begin("user123")
        _ = try bench.join("user123")
        try bench.lane.say("Hi", in: conversation)
        #expect(bench.lane.delivered == ["user123 customer 1"])
        try bench.lane.say("Hello", in: conversation, by: .customer)
        #expect(bench.lane.delivered.count == 1)
        _ = try bench.join("user123", token: "jane-token")
        try bench.lane.say("Anybody?", in: conversation, by: .customer)
        #expect(bench.lane.delivered.last == "user123 agents 3")
    }
}
