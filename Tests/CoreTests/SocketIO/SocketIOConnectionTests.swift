import Core
import Testing

@Suite("Socket.IO connection")
struct SocketIOConnectionTests {
    @Test("A client connects and is let in")
    func connect() {
        var harness = SocketIOHarness()
        #expect(harness.connection.connectDeadline == 1000)
        #expect(harness.text("0") == ["connect / -"])
        #expect(!harness.connection.isConnected())
        #expect(
            harness.step { $0.accept(sid: "wZX3oN0bSVIhsaknAAAI", actions: &$1) }
                == [#"send 40{"sid":"wZX3oN0bSVIhsaknAAAI"}"#]
        )
        #expect(harness.connection.isConnected())
        #expect(harness.connection.connectDeadline == nil)
        #expect(harness.step { $0.accept(sid: "again", actions: &$1) } == [])
        #expect(harness.step { $0.timerFired(now: 9999, actions: &$1) } == [])
    }

    @Test("The payload is handed over")
    func auth() {
        var harness = SocketIOHarness()
        #expect(harness.text(#"0{"token":"123"}"#) == [#"connect / {"token":"123"}"#])
        #expect(
            harness.step { $0.refuse(message: "Not authorized", actions: &$1) }
                == [#"send 44{"message":"Not authorized"}"#]
        )
        #expect(harness.text("0{}") == ["connect / {}"])
        #expect(
            harness.step { $0.refuse(message: "No", data: Array(#"{"code":7}"#.utf8), actions: &$1) }
                == [#"send 44{"message":"No","data":{"code":7}}"#]
        )
        #expect(harness.connection.connectDeadline == 1000)
    }

    @Test("Other namespaces are connected beside the main one, unknown ones are refused")
    func namespaces() {
        var harness = SocketIOHarness.connected()
        #expect(harness.text(#"0/admin,{"token":"abc"}"#) == [#"connect /admin {"token":"abc"}"#])
        #expect(
            harness.step { $0.accept(namespace: "/admin", sid: "oSO0OpakMV_3jnilAAAA", actions: &$1) }
                == [#"send 40/admin,{"sid":"oSO0OpakMV_3jnilAAAA"}"#]
        )
        #expect(harness.text("0/random") == [#"send 44/random,{"message":"Invalid namespace"}"#])
        #expect(harness.text("1/admin,") == ["disconnected /admin client namespace disconnect"])
        #expect(harness.text(#"2["message","x"]"#) == [#"event / message ["x"] -"#])
        #expect(harness.text(#"2/admin,["x"]"#).last == "close invalidState")
    }

    @Test("Events and acknowledgements")
    func events() {
        var harness = SocketIOHarness.connected()
        #expect(
            harness.text(#"2["message",1,"2",{"3":[true]}]"#) == [#"event / message [1,"2",{"3":[true]}] -"#]
        )
        #expect(
            harness.text(#"2456["message-with-ack",1,"2",{"3":[false]}]"#)
                == [#"event / message-with-ack [1,"2",{"3":[false]}] 456"#]
        )
        #expect(harness.text("2[7]") == ["event / 7 [] -"])
        #expect(harness.text("312[]") == ["ack / 12 []"])
        #expect(harness.text(#"314["bar"]"#) == [#"ack / 14 ["bar"]"#])
    }

    @Test("Attachments come in frames of their own")
    func attachments() {
        var harness = SocketIOHarness.connected()
        let text = #"52-789["photo",{"_placeholder":true,"num":0},{"deep":[{"_placeholder":true,"num":1}]}]"#
        #expect(harness.text(text) == [])
        #expect(harness.binary([1, 2, 3]) == [])
        #expect(
            harness.binary([4, 5, 6]) == [
                #"event / photo [[1, 2, 3],{"deep":[{"_placeholder":true,"num":1}]}] 789"#
            ]
        )
        #expect(harness.text(#"61-15["bar",{"_placeholder":true,"num":0}]"#) == [])
        #expect(harness.binary([]) == [#"ack / 15 ["bar",[]]"#])
        #expect(harness.text(#"2["next"]"#) == ["event / next [] -"])
    }

    @Test("A placeholder deep inside an argument leads to its bytes")
    func deepAttachment() throws {
        var harness = SocketIOHarness.connected()
        var actions: [SocketIOAction] = []
        let text = #"51-["file",{"data":{"_placeholder":true,"num":0.0}},{"_placeholder":false}]"#
        harness.connection.receive(.text(Array(text.utf8)), actions: &actions)
        harness.connection.receive(.binary([9]), actions: &actions)
        guard case .event(let event) = try #require(actions.first) else {
            Issue.record("no event")
            return
        }
        let file = try #require(event.arguments[0])
        #expect(event.arguments.binary(file) == nil)
        #expect(event.arguments.binary(try #require(file["data"])) == [9])
        #expect(event.arguments.binary(try #require(event.arguments[1])) == nil)
        #expect(event.arguments[2] == nil)
    }

    @Test("Leaving the last namespace keeps the connection")
    func disconnect() {
        var harness = SocketIOHarness.connected()
        #expect(harness.text("1") == ["disconnected / client namespace disconnect"])
        #expect(!harness.connection.isClosed)
        #expect(harness.text("0") == ["connect / -"])

        harness = .connected()
        #expect(
            harness.step { $0.disconnect(actions: &$1) } == ["send 41", "disconnected / server namespace disconnect"]
        )
        #expect(harness.step { $0.disconnect(actions: &$1) } == [])
        #expect(harness.step { $0.disconnect(namespace: "/admin", actions: &$1) } == [])
    }

    @Test("A request that is withdrawn before the answer stays withdrawn")
    func withdrawn() {
        var harness = SocketIOHarness()
        #expect(harness.text("0") == ["connect / -"])
        #expect(harness.text("1") == ["disconnected / client namespace disconnect"])
        #expect(harness.step { $0.accept(sid: "S", actions: &$1) } == [])
        #expect(harness.step { $0.refuse(message: "late", actions: &$1) } == [])
    }

    @Test("Without a namespace in time the connection is closed")
    func connectTimeout() {
        var harness = SocketIOHarness()
        #expect(harness.step { $0.timerFired(now: 999, actions: &$1) } == [])
        #expect(harness.step { $0.timerFired(now: 1000, actions: &$1) } == ["close connectTimeout"])
        #expect(harness.text("0") == [])

        harness = SocketIOHarness()
        #expect(harness.text("0") == ["connect / -"])
        #expect(
            harness.step { $0.timerFired(now: 1000, actions: &$1) }
                == ["disconnected / transport close", "close connectTimeout"]
        )
        #expect(harness.step { $0.accept(sid: "S", actions: &$1) } == [])
    }

    @Test("The session's end disconnects every namespace")
    func sessionClosed() {
        var harness = SocketIOHarness.connected()
        #expect(harness.text("0/admin,") == ["connect /admin -"])
        #expect(
            harness.step { $0.sessionClosed(actions: &$1) }
                == ["disconnected / transport close", "disconnected /admin transport close"]
        )
        #expect(harness.text(#"2["x"]"#) == [])
        #expect(harness.step { $0.sessionClosed(actions: &$1) } == [])
    }

    @Test("Nothing but CONNECT comes first", arguments: [#"2["x"]"#, "30[]", #"4{"message":"x"}"#, "1"])
    func invalidState(text: String) {
        var harness = SocketIOHarness()
        #expect(harness.text(text) == ["close invalidState"])
        harness = SocketIOHarness()
        #expect(harness.text("0") == ["connect / -"])
        if text != "1" {
            #expect(harness.text(text) == ["disconnected / transport close", "close invalidState"])
        }
    }

    @Test(
        "No second CONNECT, no CONNECT_ERROR from a client",
        arguments: ["0", #"4{"message":"x"}"#, #"2/admin,["x"]"#]
    )
    func invalidWhileConnected(text: String) {
        var harness = SocketIOHarness.connected()
        #expect(harness.text(text) == ["disconnected / transport close", "close invalidState"])
    }

    @Test("Malformed packets close the connection and say why")
    func malformed() {
        var harness = SocketIOHarness.connected()
        #expect(
            harness.text("abc") == [
                "disconnected / transport close", "close malformed(Core.SocketIODecodingError.unknownType)",
            ]
        )
        #expect(harness.connection.isClosed)
        #expect(harness.text(#"2["x"]"#) == [])
    }
}

@Suite("Socket.IO connection state recovery")
struct SocketIORecoveryTests {
    static let payloads: [(String, SocketIORecovery?)] = [
        (#"0{"pid":"P","offset":"O"}"#, SocketIORecovery(pid: "P", offset: "O")),
        (#"0{"pid":"P","offset":"O","token":"123"}"#, SocketIORecovery(pid: "P", offset: "O")),
        (#"0{"pid":"P"}"#, nil),
        (#"0{"offset":"O"}"#, nil),
        (#"0{"pid":7,"offset":"O"}"#, nil),
        (#"0{"pid":"P","offset":7}"#, nil),
        ("0{}", nil),
        ("0", nil),
    ]

    @Test("A client hands in the private id and the last offset", arguments: payloads)
    func request(text: String, recovery: SocketIORecovery?) throws {
        var connection = SocketIOConnection(settings: SocketIOSettings(), now: 0)
        var actions: [SocketIOAction] = []
        connection.receive(.text(Array(text.utf8)), actions: &actions)
        guard case .connectRequested(let request) = try #require(actions.first) else {
            Issue.record("no request")
            return
        }
        #expect(request.recovery == recovery)
    }

    @Test("The answer names the private id, events end in their offset")
    func answer() {
        #expect(
            SocketIOHarness.readable(SocketIOEncoder.connect(sid: "S", pid: "P")) == #"40{"sid":"S","pid":"P"}"#
        )
        let event = SocketIOEncoder.event(name: "new-message", offset: "e1-7") { json in
            json.object { $0.field("message", "hi") }
        }
        #expect(SocketIOHarness.readable(event) == #"42["new-message",{"message":"hi"},"e1-7"]"#)
        // What must be acknowledged cannot be replayed.
        #expect(SocketIOHarness.readable(SocketIOEncoder.event(name: "ask", id: 3, offset: "e1-7")) == #"423["ask"]"#)
    }
}
