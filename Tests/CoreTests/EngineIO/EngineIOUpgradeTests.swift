import Core
import Testing

@Suite("Engine.IO upgrade, step by step")
struct EngineIOUpgradeTests {
    @Test("The probe releases the poll, the upgrade packet moves the session")
    func usualOrder() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.get() == [])
        #expect(driver.openWebSocket() == [])
        #expect(driver.session.state == .upgrading)
        #expect(driver.frame("2probe") == ["ws 3probe", "poll 6"])
        #expect(driver.session.transport == .polling)
        #expect(driver.send("queued 1") == [])
        #expect(driver.send("queued 2") == [])
        #expect(driver.frame("5") == ["upgraded", "ws 4queued 1, ws 4queued 2"])
        #expect(driver.session.transport == .webSocket)
        #expect(driver.session.state == .open)
        #expect(driver.frame("4hello") == ["message hello"])
        #expect(driver.send("after") == ["ws 4after"])
    }

    @Test("A poll that comes after the probe gets a noop")
    func pollAfterProbe() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.openWebSocket() == [])
        #expect(driver.frame("2probe") == ["ws 3probe"])
        #expect(driver.get() == ["poll 6"])
        #expect(driver.frame("5") == ["upgraded"])
    }

    @Test("A client that goes on polling is slowed down")
    func spinning() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.openWebSocket() == [])
        #expect(driver.frame("2probe") == ["ws 3probe"])
        #expect(driver.get() == ["poll 6"])
        #expect(driver.get() == ["timer 100"])
        #expect(driver.timer(at: 100) == ["poll 6", "timer 300"])
        driver.now = 250
        #expect(driver.get() == ["poll 6"])
        #expect(driver.frame("5") == ["upgraded"])
    }

    @Test("Messages take the poll that is there while a probe runs")
    func messagesWhileProbing() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.openWebSocket() == [])
        #expect(driver.get() == [])
        #expect(driver.send("early") == ["poll 4early"])
        #expect(driver.frame("2probe") == ["ws 3probe"])
        #expect(driver.send("waiting") == [])
        #expect(driver.get() == ["poll 4waiting"])
        #expect(driver.frame("5") == ["upgraded"])
    }

    @Test("A poll that still waits at the upgrade is released")
    func pollAtUpgrade() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.get() == [])
        #expect(driver.openWebSocket() == [])
        #expect(driver.frame("5") == ["poll 6", "upgraded"])
    }

    @Test("Late requests are answered and harm nothing")
    func lateRequests() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.postHead() == [])
        #expect(driver.openWebSocket() == [])
        #expect(driver.frame("2probe") == ["ws 3probe"])
        #expect(driver.frame("5") == ["upgraded"])
        #expect(driver.get() == ["refused 3"])
        #expect(driver.postBody("4late") == ["message late", "post ok"])
        #expect(driver.postHead() == ["refused 3"])
        #expect(driver.openWebSocket() == ["refused 3"])
        #expect(driver.frame("4fine") == ["message fine"])
    }

    static let failures = ["4hello", "2", "2prob", "3probe", "1", "6", "abc", ""]

    @Test("A wrong frame ends the probe, not the session", arguments: failures)
    func wrongFrame(frame: String) {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.get() == [])
        #expect(driver.openWebSocket() == [])
        #expect(driver.frame(frame) == ["close ws 1000"])
        #expect(driver.session.state == .open)
        #expect(driver.send("polling") == ["poll 4polling"])
        #expect(driver.openWebSocket() == [])
        #expect(driver.binaryFrame([1]) == ["close ws 1000"])
        #expect(driver.openWebSocket() == [])
        #expect(driver.frame("2probe") == ["ws 3probe"])
        #expect(driver.frame("5") == ["upgraded"])
    }

    @Test("A probe that closes or takes too long leaves polling as it was")
    func lostProbe() {
        let settings = EngineIOSettings(pingInterval: 25000, upgradeTimeout: 1000)
        var driver = EngineIOSessionDriver.opened(settings: settings)
        #expect(driver.openWebSocket() == ["timer 1000"])
        #expect(driver.frame("2probe") == ["ws 3probe"])
        #expect(driver.get() == ["poll 6"])
        #expect(driver.closeWebSocket() == ["timer 25000"])
        #expect(driver.get() == [])
        #expect(driver.send("one") == ["poll 4one"])

        #expect(driver.openWebSocket() == ["timer 1000"])
        #expect(driver.timer(at: 1000) == ["close ws 1000", "timer 25000"])
        #expect(driver.frame("5") == [])
        #expect(driver.session.transport == .polling)
        #expect(driver.send("two") == [])
        #expect(driver.get() == ["poll 4two"])
    }

    @Test("A second WebSocket is refused while the first one probes")
    func secondProbe() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.openWebSocket() == [])
        #expect(driver.openWebSocket() == ["refused 3"])
        #expect(driver.frame("2probe") == ["ws 3probe"])
        #expect(driver.openWebSocket() == ["refused 3"])
        #expect(driver.frame("5") == ["upgraded"])
    }

    @Test("A probe may be repeated")
    func repeatedProbe() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.openWebSocket() == [])
        #expect(driver.frame("2probe") == ["ws 3probe"])
        #expect(driver.get() == ["poll 6"])
        #expect(driver.frame("2probe") == ["ws 3probe"])
        #expect(driver.frame("5") == ["upgraded"])
    }

    @Test("The client holds its pong back while it upgrades")
    func pongAcrossUpgrade() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.openWebSocket() == [])
        #expect(driver.frame("2probe") == ["ws 3probe"])
        #expect(driver.timer(at: 300) == ["timer 500"])
        driver.now = 450
        #expect(driver.frame("5") == ["upgraded", "ws 2", "timer 650"])
        driver.now = 600
        #expect(driver.frame("3") == ["timer 900"])
    }

    @Test("Closing while upgrading reaches the client on whichever transport it uses next")
    func closingWhileUpgrading() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.openWebSocket() == [])
        #expect(driver.frame("2probe") == ["ws 3probe"])
        #expect(driver.send("last") == [])
        #expect(driver.close(code: 1001) == ["timer 1000"])
        #expect(driver.frame("5") == ["upgraded", "ws 4last", "close ws 1001", "closed forced close"])

        driver = .opened()
        #expect(driver.openWebSocket() == [])
        #expect(driver.frame("2probe") == ["ws 3probe"])
        #expect(driver.send("last") == [])
        #expect(driver.close(code: 1001) == ["timer 1000"])
        #expect(driver.get() == ["poll 4last|1", "close ws 1001", "closed forced close"])

        driver = .opened()
        #expect(driver.get() == [])
        #expect(driver.openWebSocket() == [])
        #expect(driver.close(code: 1001) == ["poll 1", "close ws 1001", "closed forced close"])
    }

    @Test("The session's end takes the probing WebSocket with it")
    func endWhileUpgrading() {
        var driver = EngineIOSessionDriver.opened()
        #expect(driver.openWebSocket() == [])
        #expect(driver.post("1") == ["post ok", "close ws 1000", "closed transport close"])
        #expect(driver.frame("5") == [])
    }
}
