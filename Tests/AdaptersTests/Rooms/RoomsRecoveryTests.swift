import Core
import Testing

@testable import Adapters

/// Connections that were lost and come back.
struct RoomsRecoveryTests {
    private static func joined(_ bench: RoomsBench, _ clientID: String = "user123") throws -> RoomsTestSocket {
        let socket = try bench.connect(takesOffsets: true)
        socket.send(#"42["join","\#(clientID)"]"#)
        return socket
    }

    /// The messages that have come since the last time.
    private static func texts(_ socket: RoomsTestSocket) -> [String] {
        socket.takeFrames().compactMap { ReceivedMessage($0)?.text }
    }

    @Test func everyMessageOnceAndInOrder() throws {
        let bench = try RoomsBench()
        let conversation = try bench.lane.begin("user123")
        let first = try Self.joined(bench)
        for number in 1...3 { try bench.lane.say("\(number)", in: conversation) }
        let seen = first.takeFrames().compactMap(ReceivedMessage.init)
        #expect(seen.map(\.text) == ["1", "2", "3"])
        let offset = try #require(seen[1].offset)
        first.cut()
        for number in 4...6 { try bench.lane.say("\(number)", in: conversation) }
        let second = try Self.connectBack(bench, first.pid, offset)
        #expect(second.socket.pid == first.pid)
        #expect(second.missed.map(\.text) == ["3", "4", "5", "6"])
        #expect(second.missed.allSatisfy { $0.offset != nil })
        try bench.lane.say("7", in: conversation)
        #expect(Self.texts(second.socket) == ["7"])
        // And once more, from what came last.
        second.socket.cut()
        let third = try Self.connectBack(bench, first.pid, try #require(second.missed.last?.offset))
        #expect(third.missed.map(\.text) == ["7"])
    }

    /// Connects with a `pid` and an offset; the replayed messages come with the answer to CONNECT.
    private static func connectBack(
        _ bench: RoomsBench,
        _ pid: String?,
        _ offset: String?
    ) throws -> (socket: RoomsTestSocket, missed: [ReceivedMessage]) {
        let call = RoomsBench.call(transport: "websocket", isUpgrade: true)
        let socket = try bench.webSocket(call)
        _ = socket.takeFrames()
        let given = offset.map { #","offset":"\#($0)""# } ?? ""
        socket.send(#"40{"pid":"\#(pid ?? "")"\#(given)}"#)
        let frames = socket.takeFrames()
        socket.greeting = frames.first ?? ""
        return (socket, frames.dropFirst().compactMap(ReceivedMessage.init))
    }

    @Test func eventsThatAreNotToldYetComeOnce() throws {
        let bench = try RoomsBench()
        let conversation = try bench.lane.begin("user123")
        let first = try Self.joined(bench)
        try bench.lane.say("1", in: conversation)
        let offset = try #require(first.takeFrames().compactMap(ReceivedMessage.init).last?.offset)
        first.cut()
        // Committed, and on its way to the lane, when the client comes back.
        try bench.lane.say("2", in: conversation, publishing: false)
        let second = try Self.connectBack(bench, first.pid, offset)
        #expect(second.missed.map(\.text) == ["2"])
        bench.lane.publishHeld()
        #expect(Self.texts(second.socket).isEmpty)
        try bench.lane.say("3", in: conversation)
        #expect(Self.texts(second.socket) == ["3"])
    }

    @Test func aClientMayNoticeBeforeTheServer() throws {
        let bench = try RoomsBench()
        let conversation = try bench.lane.begin("user123")
        let first = try Self.joined(bench)
        try bench.lane.say("1", in: conversation)
        let offset = try #require(first.takeFrames().compactMap(ReceivedMessage.init).last?.offset)
        try bench.lane.say("lost on the way", in: conversation)
        let second = try Self.connectBack(bench, first.pid, offset)
        #expect(second.socket.pid == first.pid)
        #expect(second.missed.map(\.text) == ["lost on the way"])
        #expect(first.closeCode != nil)
        #expect(bench.hub.sessions.count == 1)
    }

    @Test func withoutAnOffsetNothingHasReachedTheClient() throws {
        let bench = try RoomsBench()
        let conversation = try bench.lane.begin("user123")
        try bench.lane.say("before it joined", in: conversation)
        let first = try Self.joined(bench)
        first.cut()
        try bench.lane.say("1", in: conversation)
        let second = try Self.connectBack(bench, first.pid, nil)
        #expect(second.socket.pid == first.pid)
        #expect(second.missed.map(\.text) == ["1"])
    }

    @Test func aConversationBornMeanwhile() throws {
        let bench = try RoomsBench()
        let first = try Self.joined(bench)
        first.cut()
        let conversation = try bench.lane.begin("user123")
        try bench.lane.say("1", in: conversation)
        let second = try Self.connectBack(bench, first.pid, nil)
        #expect(second.missed.map(\.text) == ["1"])
        try bench.lane.say("2", in: conversation)
        #expect(Self.texts(second.socket) == ["2"])
    }

    @Test func receiptsAndEndsAreToldAgain() throws {
        let bench = try RoomsBench()
        let conversation = try bench.lane.begin("user123")
        let first = try Self.joined(bench)
        first.cut()
        try bench.lane.say("1", in: conversation, by: .customer)
        let access = Access.namelessAgent(.rooms)
        let name = RoomsREST.name("user123")
        try bench.lane.perform(.read(MarkRead(conversation: name, access: access, side: .agents, extent: .all)))
        try bench.lane.perform(.close(CloseConversation(conversation: name, access: access)))
        let call = RoomsBench.call(transport: "websocket", isUpgrade: true)
        let second = try bench.webSocket(call)
        second.send(#"40{"pid":"\#(first.pid ?? "")"}"#)
        let names = second.takeFrames().dropFirst(2).map { $0.split(separator: "\"")[1] }
        #expect(names == ["new-message", "message-read", "session-closed"])
    }

    @Test func otherRoomsAreNotToldAgain() throws {
        let bench = try RoomsBench()
        let mine = try bench.lane.begin("user123")
        let other = try bench.lane.begin("user456")
        let first = try Self.joined(bench)
        first.cut()
        try bench.lane.say("theirs", in: other)
        try bench.lane.say("mine", in: mine)
        #expect(try Self.connectBack(bench, first.pid, nil).missed.map(\.text) == ["mine"])
    }

    @Test func whatIsNotRecovered() throws {
        let bench = try RoomsBench()
        let conversation = try bench.lane.begin("user123")
        let first = try Self.joined(bench)
        try bench.lane.say("1", in: conversation)
        let offset = try #require(first.takeFrames().compactMap(ReceivedMessage.init).last?.offset)
        first.cut()
        for (pid, offset) in [("unknown", offset), (first.pid, "ffffffff-1"), (first.pid, offset + "000")] {
            let again = try Self.connectBack(bench, pid, offset)
            #expect(again.socket.pid != nil)
            #expect(again.socket.pid != first.pid)
            #expect(again.missed.isEmpty)
        }
        bench.lane.advance(milliseconds: 120_001)
        #expect(try Self.connectBack(bench, first.pid, offset).socket.pid != first.pid)
        #expect(bench.hub.recoveries.entry(first.pid ?? "") == nil)
    }

    @Test func aGoodbyeIsFinal() throws {
        let bench = try RoomsBench()
        try bench.lane.begin("user123")
        let first = try Self.joined(bench)
        first.send("41")
        first.cut()
        #expect(try Self.connectBack(bench, first.pid, nil).socket.pid != first.pid)
    }

    @Test func anotherPartyRecoversNothing() throws {
        let bench = try RoomsBench(RoomsFixture.configuration(.secured))
        let first = try bench.connect(#"{"token":"\#(try RoomsFixture.token("user123"))"}"#, takesOffsets: true)
        first.send(#"42["join","user123"]"#)
        first.cut()
        let token = try RoomsFixture.token("user456")
        let thief = try bench.connect(#"{"token":"\#(token)","pid":"\#(first.pid ?? "")"}"#)
        #expect(thief.greeting.hasPrefix("40"))
        #expect(thief.pid != first.pid)
        let owner = try RoomsFixture.token("user123")
        let second = try bench.connect(#"{"token":"\#(owner)","pid":"\#(first.pid ?? "")"}"#)
        #expect(second.pid == first.pid)
    }

    @Test func strictOffersNone() throws {
        let bench = try RoomsBench(RoomsFixture.configuration(mode: .strict))
        let socket = try bench.connect(#"{"pid":"","offset":""}"#, takesOffsets: true)
        #expect(socket.pid == nil)
    }

    @Test func clientsThatDoNotAskGetPlainEvents() throws {
        let bench = try RoomsBench()
        let conversation = try bench.lane.begin("user123")
        let plain = try bench.join("user123")
        let asking = try bench.connect(#"{"pid":""}"#)
        asking.send(#"42["join","user123"]"#)
        try bench.lane.say("1", in: conversation)
        #expect(plain.pid == nil)
        #expect(plain.takeFrames().compactMap(ReceivedMessage.init).map(\.offset) == [nil])
        #expect(asking.takeFrames().compactMap { ReceivedMessage($0)?.offset }.count == 1)
    }

    @Test func tooMuchMissedIsNotToldAgain() throws {
        let bench = try RoomsBench()
        let conversation = try bench.lane.begin("user123")
        let first = try Self.joined(bench)
        first.cut()
        let text = String(repeating: "x", count: 15_000)
        for _ in 0..<40 { try bench.lane.say(text, in: conversation) }
        let second = try Self.connectBack(bench, first.pid, nil)
        #expect(second.socket.pid != first.pid)
        #expect(second.missed.isEmpty)
    }

    /// A few connections with thousands of rooms each must not cost what many with one do.
    @Test func theBoardKeepsSoManyRooms() throws {
        var board = RecoveryBoard()
        let joined = (0..<RecoveryBoard.maximumRooms / 4).map { (clientID: "c\($0)", since: Int64(0)) }
        for number in 0..<10 {
            board.keep(Departure(party: .anonymous, joined: joined), pid: "p\(number)", now: Int64(number))
            #expect(board.waiting == min(number + 1, 4))
        }
        #expect(board.entry("p5") == nil)
        #expect(board.entry("p6") != nil)
        board.expire(now: 10 + RecoveryBoard.lifetimeMilliseconds)
        #expect(board.waiting == 0)
        board.keep(Departure(party: .anonymous, joined: joined), pid: "again", now: 20)
        #expect(board.waiting == 1)
    }

    @Test func theBoardForgetsInOrder() throws {
        var board = RecoveryBoard()
        let departure = Departure(party: .anonymous, joined: [])
        for number in 0..<3000 {
            board.keep(departure, pid: "p\(number)", now: Int64(number))
        }
        #expect(board.waiting == 3000)
        board.expire(now: 2000 + RecoveryBoard.lifetimeMilliseconds)
        #expect(board.waiting == 999)
        #expect(board.entry("p2000") == nil)
        #expect(board.entry("p2001") != nil)
    }
}
