import Synchronization
import Testing

@testable import Core

/// Deliveries over real sockets, to a receiver that behaves badly.
@Suite(.timeLimit(.minutes(2)))
struct WebhookDispatcherTests {
    private static func settings(
        answer: Int = 5_000,
        horizon: Int64 = 60_000,
        workers: Int = 4
    ) -> WebhookSettings {
        var settings = WebhookSettings()
        settings.connectMilliseconds = 2_000
        settings.answerMilliseconds = answer
        settings.workers = workers
        settings.backoff.first = 10
        settings.backoff.largest = 40
        settings.backoff.horizon = horizon
        return settings
    }

    private static func dispatcher(
        _ settings: WebhookSettings = settings(),
        network: WebhookNetwork = .system
    ) throws -> WebhookDispatcher {
        try WebhookDispatcher(
            settings: settings,
            network: network,
            clock: SystemClock(),
            random: SeededRandom(seed: 3),
            log: Log(level: .error, format: .text, sink: MemorySink())
        )
    }

    /// Stops everything when the body has ended.
    private static func run(
        _ script: [WebhookTestReceiver.Behaviour],
        settings: WebhookSettings = settings(),
        tls: TLSServerContext? = nil,
        network: WebhookNetwork = .system,
        events: [String]? = ["message.created"],
        _ body: (WebhookTestReceiver, WebhookTenantBench, WebhookDispatcher) throws -> Void
    ) throws {
        let receiver = try WebhookTestReceiver(script, tls: tls)
        let bench = try WebhookTenantBench([.test(receiver.url, events: events)])
        let dispatcher = try dispatcher(settings, network: network)
        defer {
            receiver.stop()
            dispatcher.stop()
            dispatcher.join()
        }
        bench.serve(with: dispatcher)
        try body(receiver, bench, dispatcher)
    }

    /// Waits until nothing is queued for a tenant; leaving a tenant waits for its reports.
    private static func settle(_ bench: WebhookTenantBench, _ dispatcher: WebhookDispatcher) throws {
        dispatcher.remove(WebhookTenantBench.id, waitMilliseconds: 10_000)
        #expect(try bench.waiting().isEmpty)
    }

    @Test func deliversWithASignatureThatVerifies() throws {
        try Self.run([]) { receiver, bench, dispatcher in
            try bench.create(1)
            let request = try #require(receiver.next())
            #expect(request.target == "POST /hook?brand=acme HTTP/1.1")
            #expect(request.fields["host"] == "127.0.0.1:\(receiver.port)")
            #expect(request.fields["content-type"] == "application/json")
            #expect(try request.type == "message.created")
            #expect(request.id.hasPrefix("evt_"))
            let timestamp = try #require(Int64(request.fields["webhook-timestamp"] ?? ""))
            let signer = try WebhookSigner(secrets: [WebhookSecret(WebhookTenantBench.secret)])
            #expect(
                request.fields["webhook-signature"]
                    == signer.signature(id: request.id, timestamp: timestamp, body: request.body)
            )
            try Self.settle(bench, dispatcher)
        }
    }

    @Test func twoSecretsMakeTwoSignatures() throws {
        let receiver = try WebhookReceiver(
            WebhookConfiguration(
                url: "https://brand.example/hook",
                secrets: [Secret("whsec_bmV3"), Secret("b2xk")]
            )
        )
        let delivery = WebhookDelivery(
            row: 1,
            endpoint: "https://brand.example/hook",
            id: EntityID(high: 1, low: 2),
            event: 3,
            body: Array("{}".utf8),
            createdAt: 0,
            attempts: 0,
            nextAttemptAt: 0,
            lastError: nil
        )
        let request = String(decoding: receiver.request(delivery, at: 1_733_313_600_999), as: UTF8.self)
        let id = "evt_00000000000000010000000000000002"
        let content = Array("\(id).1733313600.{}".utf8)
        let new = Base64.encode(HMACKey(Array("new".utf8)).authenticate(content))
        let old = Base64.encode(HMACKey(Array("old".utf8)).authenticate(content))
        #expect(
            request == """
                POST /hook HTTP/1.1\r\nHost: brand.example\r\nUser-Agent: gatewayd\r\n\
                Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\nwebhook-id: \(id)\r\n\
                webhook-timestamp: 1733313600\r\nwebhook-signature: v1,\(new) v1,\(old)\r\n\r\n{}
                """
        )
    }

    @Test(
        arguments: [
            [.status(500), .status(503), .status(404)],
            [.redirect("http://127.0.0.1:1/")],
            [.reset, .close],
            [.garbage],
        ] as [[WebhookTestReceiver.Behaviour]]
    )
    func failuresAreRepeatedUnderTheSameID(script: [WebhookTestReceiver.Behaviour]) throws {
        try Self.run(script) { receiver, bench, dispatcher in
            try bench.create(1, text: "once")
            let attempts = try (0...script.count).map { _ in try #require(receiver.next()) }
            #expect(Set(attempts.map(\.id)).count == 1)
            #expect(try attempts.allSatisfy { try $0.content == "once" })
            try Self.settle(bench, dispatcher)
            #expect(receiver.pendingCount == 0)
        }
    }

    @Test(arguments: [.hang, .drip(milliseconds: 20), .endless] as [WebhookTestReceiver.Behaviour])
    func aReceiverThatTakesTooLongIsLeft(behaviour: WebhookTestReceiver.Behaviour) throws {
        // One connection at a time is served, so what hangs would keep the repetition out: a receiver for each.
        let second = try WebhookTestReceiver()
        defer { second.stop() }
        let port = Mutex(UInt16(0))
        let network = WebhookNetwork(
            resolve: { try Sockets.resolve($0) },
            connect: { address, timeout in
                let first = port.withLock { port in
                    defer { port = second.port }
                    return port == 0 ? address.port : port
                }
                return try Sockets.connect(
                    to: SocketAddress(address.address, port: first),
                    timeoutMilliseconds: timeout
                )
            },
            makeTLSContext: { try TLSClientContext() }
        )
        try Self.run([behaviour], settings: Self.settings(answer: 150), network: network) {
            receiver,
            bench,
            dispatcher in
            try bench.create(1)
            let first = try #require(receiver.next())
            let again = try #require(second.next())
            #expect(first.id == again.id)
            try Self.settle(bench, dispatcher)
        }
    }

    @Test func slowAnswersAreWaitedFor() throws {
        try Self.run([.slow(100)]) { receiver, bench, dispatcher in
            try bench.create(1)
            _ = try #require(receiver.next())
            try Self.settle(bench, dispatcher)
            #expect(receiver.pendingCount == 0)
        }
    }

    @Test func anEndpointKeepsItsOrderThroughFailures() throws {
        try Self.run([.status(500), .status(200), .reset, .status(500)]) { receiver, bench, dispatcher in
            let chat = try bench.create(1, text: "0")
            for number in 1...5 { try bench.answer(chat, text: "\(number)") }
            let seen = try (0..<9).map { _ in try #require(receiver.next()).content }
            #expect(seen == ["0", "0", "1", "1", "1", "2", "3", "4", "5"])
            try Self.settle(bench, dispatcher)
        }
    }

    @Test func nothingIsSentTwiceWhenTheReportIsLost() throws {
        try Self.run([]) { receiver, bench, dispatcher in
            bench.refuseReports(1)
            let chat = try bench.create(1, text: "first")
            #expect(try receiver.next()?.content == "first")
            try bench.answer(chat, text: "second")
            #expect(try receiver.next()?.content == "second")
            try Self.settle(bench, dispatcher)
            #expect(receiver.pendingCount == 0)
        }
    }

    @Test func whatCannotBeDeliveredIsKeptAndReplayed() throws {
        let script = [WebhookTestReceiver.Behaviour](repeating: .status(410), count: 5)
        // 10, 20, 40 and 10 milliseconds: five attempts in all.
        try Self.run(script, settings: Self.settings(horizon: 80)) { receiver, bench, dispatcher in
            let chat = try bench.create(1, text: "first")
            let attempts = try (0..<5).map { _ in try #require(receiver.next()) }
            #expect(Set(attempts.map(\.id)).count == 1)
            try bench.answer(chat, text: "second")
            #expect(try receiver.next()?.content == "second")
            let dead = try bench.dead()
            #expect(dead.map(\.attempts) == [5])
            #expect(dead.map(\.lastError) == ["answered 410"])
            try bench.perform(.webhook(.replay(endpoint: receiver.url, row: nil)))
            let replayed = try #require(receiver.next())
            #expect(replayed.id == attempts[0].id)
            try Self.settle(bench, dispatcher)
            #expect(try bench.dead().isEmpty)
        }
    }

    @Test func oneEndpointDoesNotWaitForAnother() throws {
        let hanging = try WebhookTestReceiver([.hang])
        let quick = try WebhookTestReceiver()
        let bench = try WebhookTenantBench([.test(hanging.url), .test(quick.url)])
        let dispatcher = try Self.dispatcher()
        defer {
            hanging.stop()
            quick.stop()
            dispatcher.stop()
            dispatcher.join()
        }
        bench.serve(with: dispatcher)
        try bench.create(1)
        #expect(try hanging.next()?.type == "conversation.created")
        #expect(try quick.next()?.type == "conversation.created")
        #expect(try quick.next()?.type == "message.created")
    }

    @Test func whatWasCommittedBeforeTheStartIsDelivered() throws {
        let receiver = try WebhookTestReceiver()
        let bench = try WebhookTenantBench([.test(receiver.url)])
        try bench.create(1)
        let dispatcher = try Self.dispatcher()
        defer {
            receiver.stop()
            dispatcher.stop()
            dispatcher.join()
        }
        bench.serve(with: dispatcher)
        #expect(try receiver.next()?.type == "conversation.created")
        #expect(try receiver.next()?.type == "message.created")
        try Self.settle(bench, dispatcher)
    }

    @Test func anEndpointThatIsConfiguredNoMoreIsBuried() throws {
        let receiver = try WebhookTestReceiver()
        let bench = try WebhookTenantBench([.test(receiver.url), .test("http://127.0.0.1:1/gone")])
        try bench.create(1)
        let dispatcher = try Self.dispatcher()
        defer {
            receiver.stop()
            dispatcher.stop()
            dispatcher.join()
        }
        let whole = bench.tenant
        let fewer = WebhookTenant(
            id: whole.id,
            webhooks: [.test(receiver.url)],
            makeReader: whole.makeReader,
            submit: whole.submit
        )
        dispatcher.add(fewer)
        #expect(receiver.next() != nil)
        #expect(receiver.next() != nil)
        while try bench.dead().count < 2 { dispatcher.wake(whole.id) }
        #expect(try bench.dead().allSatisfy { $0.lastError == "the endpoint is not configured" })
    }

    // MARK: - Whom it calls

    @Test func privateAddressesAreRefusedWhateverTheName() throws {
        let receiver = try WebhookTestReceiver()
        let url = "http://brand.example:\(receiver.port)/hook"
        let bench = try WebhookTenantBench([.test(url, allowPrivate: false)])
        let connected = Mutex(0)
        let network = WebhookNetwork(
            resolve: { _ in [.loopbackIPv4, PeerAddress(ipv4: 0x0a00_0001), PeerAddress(high: 0, low: 1)] },
            connect: { address, timeout in
                connected.withLock { $0 += 1 }
                return try Sockets.connect(to: address, timeoutMilliseconds: timeout)
            },
            makeTLSContext: { try TLSClientContext() }
        )
        let dispatcher = try Self.dispatcher(Self.settings(horizon: 20), network: network)
        defer {
            receiver.stop()
            dispatcher.stop()
            dispatcher.join()
        }
        bench.serve(with: dispatcher)
        try bench.create(1)
        while try bench.dead().count < 2 { dispatcher.wake(WebhookTenantBench.id) }
        #expect(try bench.dead().allSatisfy { $0.lastError == "host is at a private address" })
        #expect(connected.withLock { $0 } == 0)
        #expect(receiver.pendingCount == 0)
    }

    @Test func onlyThePublicOnesOfAHostsAddressesAreCalled() throws {
        let asked = Mutex<[SocketAddress]>([])
        let network = WebhookNetwork(
            resolve: { _ in [.loopbackIPv4, PeerAddress(ipv4: 0x5db8_d822)] },
            connect: { address, _ in
                asked.withLock { $0.append(address) }
                throw SystemError(code: 111, operation: "connect")
            },
            makeTLSContext: { try TLSClientContext() }
        )
        let target = try #require(WebhookTarget("https://brand.example/hook"))
        let exchange = WebhookExchange(
            network: network,
            settings: WebhookSettings(),
            clock: SystemClock(),
            tls: nil
        )
        #expect(throws: SystemError.self) { try exchange.post([], to: target, allowsPrivate: false) }
        #expect(asked.withLock { $0 } == [SocketAddress(PeerAddress(ipv4: 0x5db8_d822), port: 443)])
    }

    @Test func aTrustedCertificateIsCalledWithTLS() throws {
        let fixture = try TLSFixture.shared()
        var network = WebhookNetwork.system
        network.makeTLSContext = { fixture.client }
        try Self.run([.status(500)], tls: fixture.server, network: network) { receiver, bench, dispatcher in
            try bench.create(1)
            let first = try #require(receiver.next())
            #expect(try #require(receiver.next()).id == first.id)
            try Self.settle(bench, dispatcher)
        }
    }

    @Test func anUntrustedCertificateGetsNothing() throws {
        let fixture = try TLSFixture.shared()
        var network = WebhookNetwork.system
        network.makeTLSContext = { fixture.stranger }
        try Self.run([], settings: Self.settings(horizon: 5), tls: fixture.server, network: network) {
            receiver,
            bench,
            dispatcher in
            try bench.create(1)
            while try bench.dead().isEmpty { dispatcher.wake(WebhookTenantBench.id) }
            #expect(try bench.dead().first?.lastError?.contains("certificate") == true)
            #expect(receiver.pendingCount == 0)
        }
    }
}
