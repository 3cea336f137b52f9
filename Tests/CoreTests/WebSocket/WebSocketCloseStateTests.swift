import Core
import Testing

@Suite struct WebSocketCloseStateTests {
    @Test func thePeerClosesFirst() {
        var state = WebSocketCloseState()
        #expect(state.isOpen)
        #expect(state.receivedClose(code: 1001) == .sendCloseThenDisconnect(code: 1001, reason: ""))
        #expect(state.phase == .closed)
        #expect(state.wasClean)
        #expect(state.code == 1001)
        #expect(state.close(code: 1000) == .nothing)
        #expect(state.timedOut() == .nothing)
        state.transportEnded()
        #expect(state.code == 1001)
    }

    @Test func thePeerClosesWithoutACode() {
        var state = WebSocketCloseState()
        #expect(state.receivedClose(code: nil) == .sendCloseThenDisconnect(code: nil, reason: ""))
        #expect(state.code == WebSocketCloseCode.noCode)
    }

    @Test func thisSideClosesFirst() {
        var state = WebSocketCloseState()
        #expect(state.close(code: 4401, reason: "token") == .sendClose(code: 4401, reason: "token"))
        #expect(state.phase == .closing)
        #expect(!state.isOpen)
        #expect(state.close(code: 1000) == .nothing)
        #expect(state.receivedClose(code: 1000) == .disconnect)
        #expect(state.wasClean)
        #expect(state.code == 4401)
        #expect(state.receivedClose(code: 1000) == .nothing)
    }

    @Test func thePeerDoesNotAnswer() {
        var state = WebSocketCloseState()
        _ = state.close(code: 1012)
        #expect(state.timedOut() == .disconnect)
        #expect(!state.wasClean)
        #expect(state.code == 1012)
    }

    @Test func aSilentPeerIsDropped() {
        var state = WebSocketCloseState()
        #expect(state.timedOut() == .disconnect)
        #expect(state.code == WebSocketCloseCode.abnormal)
    }

    @Test func aViolationIsAnsweredOnceAndEndsTheConnection() {
        var state = WebSocketCloseState()
        #expect(
            state.receivedViolation(code: 1002, reason: "r") == .sendCloseThenDisconnect(code: 1002, reason: "r")
        )
        #expect(state.receivedViolation(code: 1002, reason: "r") == .nothing)
        #expect(!state.wasClean)
        #expect(state.code == 1002)
    }

    @Test func aViolationWhileClosingNeedsNoSecondCloseFrame() {
        var state = WebSocketCloseState()
        _ = state.close(code: 1000)
        #expect(state.receivedViolation(code: 1002, reason: "r") == .disconnect)
        #expect(state.code == 1000)
    }

    @Test func theTransportEndsFirst() {
        var state = WebSocketCloseState()
        state.transportEnded()
        #expect(state.phase == .closed)
        #expect(state.code == WebSocketCloseCode.abnormal)
        #expect(state.receivedClose(code: 1000) == .nothing)
    }
}
