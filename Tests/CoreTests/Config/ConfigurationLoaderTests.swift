import Testing

@testable import Core

struct ConfigurationLoaderTests {
    private static let plain = "tenant: t\nhosts: [a]\ndialects: {supportzen-client: {}}\n"

    /// Loads the design's example and looks at every value.
    @Test func everyValueOfAFullTenant() throws {
        let result = ConfigurationFolder.load(
            """
            tenant: acme
            name: Acme Support
            hosts: [Acme.localhost, "[::1]", 127.0.0.1]
            path_prefix: /acme
            origins: ["https://ACME.example", "*"]
            agents:
              - { id: agent123, first_name: Jane, last_name: Smith, email: jane@acme.example, avatar: /jane.png, role: super_admin, token: "${T:-jane-token}" }
              - id: bot
            dialects:
              localpro: { mode: hardened, auth: [{policy: jwt, keys: [{kid: k, algorithm: HS512, key: "${J}"}], issuer: me, audience: [x, y], leeway: 5s, subject_claim: a, role_claim: b, name_claim: c, email_claim: d}], websocket_admin: {open: [127.0.0.1]}, session_auth: required, welcome: "Hi {name}", auto_create_agents: true, on_closed: reopen, hosts: [acme.localhost], mount: /lp }
              supportzen-live: { auth: [{policy: shared-secret, secrets: {app: "${Z:-zen-secret}", old: 0123456789abcdef}}] }
              supportzen-client: { mode: strict, first_contact: provisioned-only, auth: [{policy: hmac-email}] }
              rooms: { auth: [{policy: admin-only}], socketio_path: /io, system_messages: as_support, ping_interval: 10s, ping_timeout: 5s }
              chat-module: { auth: [{policy: agent-token}], system_messages: as_support }
            limits: { guest_write: 1/1s, guest_read: 2/1s, upload: off, agent: 4/1s, max_connections_per_address: 5 }
            trusted_proxies: [127.0.0.1/32]
            webhooks: [ { url: "https://hooks.example/x", secret: "${W}", secrets: ["${W2}"], events: [message.created] } ]
            sizes: { request_line: 9KiB, headers: 17KiB, header_fields: 99, json_body: 2MiB, message: 17KiB, file: 1MiB, files_per_message: 6, multipart_parts: 50 }
            uploads: { expire: 1h, url_lifetime: 2h, types: [PNG, pdf] }
            retention: 90d
            first_contact_limit: 3/1m
            probe_limit: off
            """,
            [
                "J": String(repeating: "k", count: 64), "W": "whsec_b25lb25lb25lb25lb25lb25lb25lb25l",
                "W2": "dHdvdHdvdHdvdHdvdHdvdHdvdHdvdHdv",
            ]
        )
        #expect(result.diagnostics.filter { $0.isError }.isEmpty)
        #expect(result.diagnostics.map(\.topic) == [.defaultSecret, .unsafe, .defaultSecret])
        let tenant = try #require(result.onlyTenant)
        #expect(tenant.id == "acme")
        #expect(tenant.name == "Acme Support")
        #expect(tenant.hosts == ["acme.localhost", "[::1]", "127.0.0.1"])
        #expect(tenant.pathPrefix == "/acme")
        #expect(tenant.origins == ["https://acme.example", "*"])
        #expect(
            tenant.agents == [
                AgentConfiguration(
                    id: "agent123",
                    firstName: "Jane",
                    lastName: "Smith",
                    email: "jane@acme.example",
                    avatar: "/jane.png",
                    role: .superAdmin,
                    token: Secret("jane-token", isDefault: true)
                ),
                AgentConfiguration(id: "bot", firstName: "bot"),
            ]
        )
        #expect(
            tenant.dialects.map(\.dialect) == [.chatModule, .localPro, .rooms, .supportZenClient, .supportZenLive]
        )
        let jwt = JWTConfiguration(
            keys: [JWTKeyConfiguration(kid: "k", algorithm: .hs512, key: Secret(String(repeating: "k", count: 64)))],
            issuer: "me",
            audience: ["x", "y"],
            leeway: .seconds(5),
            subjectClaim: "a",
            roleClaim: "b",
            nameClaim: "c",
            emailClaim: "d",
            requiresExpiry: true
        )
        let limits = LimitsConfiguration(
            guestWrite: Rate(1, per: .seconds(1)),
            guestRead: Rate(2, per: .seconds(1)),
            agent: Rate(4, per: .seconds(1)),
            maxConnectionsPerAddress: 5,
            firstContact: Rate(3, per: .seconds(60))
        )
        var options = DialectOptions()
        options.websocketAdmin = .openFrom([try #require(AddressBlock("127.0.0.1/32"))])
        options.sessionAuth = .required
        options.welcome = "Hi {name}"
        options.autoCreateAgents = true
        #expect(
            tenant.dialect(.localPro)
                == DialectConfiguration(
                    dialect: .localPro,
                    mode: .hardened,
                    mount: "/lp",
                    hosts: ["acme.localhost"],
                    auth: [.jwt(jwt)],
                    onClosed: .reopen,
                    limits: limits,
                    options: options
                )
        )
        let live = try #require(tenant.dialect(.supportZenLive))
        #expect(
            live.auth == [
                .sharedSecret([
                    NamedSecret(name: "app", secret: Secret("zen-secret", isDefault: true)),
                    NamedSecret(name: "old", secret: Secret("0123456789abcdef")),
                ])
            ]
        )
        #expect(live.mode == .compat)
        #expect(live.hosts == nil)
        let client = try #require(tenant.dialect(.supportZenClient))
        #expect(client.auth == [.hmacEmail(firstContact: .provisionedOnly)])
        #expect(client.options.firstContact == .provisionedOnly)
        #expect(client.mode == .strict)
        let rooms = try #require(tenant.dialect(.rooms))
        #expect(rooms.auth == [.adminOnly, .agentToken])
        #expect(rooms.options.socketIOPath == "/io/")
        #expect(rooms.options.systemMessages == .asSupport)
        #expect(rooms.options.pingInterval == .seconds(10))
        #expect(rooms.options.pingTimeout == .seconds(5))
        #expect(tenant.limits == limits)
        #expect(tenant.trustedProxies == [try #require(AddressBlock("127.0.0.1/32"))])
        #expect(
            tenant.webhooks == [
                WebhookConfiguration(
                    url: "https://hooks.example/x",
                    secrets: [
                        Secret("whsec_b25lb25lb25lb25lb25lb25lb25lb25l"), Secret("dHdvdHdvdHdvdHdvdHdvdHdvdHdvdHdv"),
                    ],
                    events: ["message.created"]
                )
            ]
        )
        #expect(tenant.sizes.requestLine == 9 * 1024)
        #expect(tenant.sizes.headers == 17 * 1024)
        #expect(tenant.sizes.headerFields == 99)
        #expect(tenant.sizes.jsonBody == 2 * 1024 * 1024)
        #expect(tenant.sizes.message == 17 * 1024)
        #expect(tenant.sizes.multipartBody == 7 * 1024 * 1024)
        #expect(tenant.sizes.multipartParts == 50)
        #expect(tenant.uploads.expire == .seconds(3600))
        #expect(tenant.uploads.urlLifetime == .seconds(7200))
        #expect(tenant.uploads.types == ["png", "pdf"])
        #expect(tenant.retention == .seconds(90 * 86_400))
        #expect(tenant.firstContactLimit == Rate(3, per: .seconds(60)))
        #expect(tenant.probeLimit == nil)
        #expect(tenant.sourceFile == "tenants/t.yaml")
    }

    @Test func defaults() throws {
        let tenant = try #require(
            ConfigurationFolder.load(
                """
                tenant: t
                path_prefix: /t
                dialects:
                  localpro:
                  supportzen-client: {}
                """
            ).onlyTenant
        )
        #expect(tenant.name == "t")
        #expect(tenant.hosts.isEmpty)
        #expect(tenant.retention == nil)
        #expect(tenant.sizes == SizesConfiguration())
        #expect(tenant.uploads == UploadsConfiguration())
        #expect(tenant.sizes.multipartBody == 51 * 1024 * 1024)
        let localPro = try #require(tenant.dialect(.localPro))
        #expect(localPro.auth == [.agentToken])
        #expect(localPro.options == DialectOptions())
        #expect(localPro.onClosed == nil)
        #expect(localPro.limits.guestWrite == Rate(100, per: .seconds(900)))
        #expect(localPro.limits.guestRead == Rate(3000, per: .seconds(900)))
        #expect(localPro.limits.upload == Rate(60, per: .seconds(900)))
        #expect(localPro.limits.agent == Rate(6000, per: .seconds(900)))
        #expect(localPro.limits.maxConnectionsPerAddress == 1000)
        #expect(localPro.limits.probe == Rate(30, per: .seconds(60)))
        let client = try #require(tenant.dialect(.supportZenClient))
        #expect(client.auth == [.hmacEmail(firstContact: .trust)])
        #expect(client.limits.guestWrite == Rate(600, per: .seconds(900)))
    }

    @Test func pluginDefaultsYieldToTheTenant() throws {
        let plugins = """
            plugins:
              localpro: { mode: strict, session_auth: open, welcome: Hello, limits: { guest_write: 7/1m, guest_read: 8/1m }, auth: [{policy: jwt, algorithm: HS256, key: 0123456789abcdef0123456789abcdef}] }
              supportzen-client: { auth: [{policy: hmac-email, first_contact: flag}], limits: off }
            """
        let tenant = try #require(
            ConfigurationFolder.load(
                """
                tenant: t
                hosts: [a]
                dialects:
                  localpro: { mode: hardened, limits: { guest_write: 9/1m } }
                  supportzen-client: { first_contact: trust }
                limits: { guest_read: 10/1m, guest_write: 11/1m }
                """,
                plugins: plugins
            ).onlyTenant
        )
        let localPro = try #require(tenant.dialect(.localPro))
        #expect(localPro.mode == .hardened)
        #expect(localPro.options.sessionAuth == .open)
        #expect(localPro.options.welcome == "Hello")
        #expect(localPro.limits.guestWrite == Rate(9, per: .seconds(60)))
        #expect(localPro.limits.guestRead == Rate(10, per: .seconds(60)))
        guard case .jwt(let jwt) = localPro.auth.first else {
            Issue.record("no jwt policy")
            return
        }
        #expect(jwt.requiresExpiry)
        let client = try #require(tenant.dialect(.supportZenClient))
        #expect(client.auth == [.hmacEmail(firstContact: .trust)])
        #expect(client.limits.guestWrite == Rate(11, per: .seconds(60)))
        #expect(client.limits.upload == nil)
        #expect(client.limits.firstContact == nil)
        #expect(tenant.limits.upload == Rate(60, per: .seconds(900)))
    }

    @Test(arguments: ["off", "{guest_write: off}", "\"off\""])
    func limitsSwitchedOff(written: String) throws {
        let tenant = try #require(
            ConfigurationFolder.load(Self.plain + "limits: \(written)\nprobe_limit: 1/1m\n").onlyTenant
        )
        let limits = try #require(tenant.dialect(.supportZenClient)).limits
        #expect(limits.guestWrite == nil)
        #expect(limits == (written.contains("{") ? limits : LimitsConfiguration()))
        #expect(tenant.limits.probe == (written.contains("{") ? Rate(1, per: .seconds(60)) : nil))
        #expect((limits.guestRead == nil) == !written.contains("{"))
    }

    @Test func brokenFilesLeaveTheOthersAlone() {
        let folder = ConfigurationFolder(tenants: [
            "a.yaml": Self.plain, "b.yaml": "tenant: b\nhosts: [b]\nname: [\n", "c.yaml": "",
            "d.yml": "tenant: d\nnoise: 1\n",
            "e.yaml": "name: \"\\xZZ\n",
        ])
        let result = folder.load()
        #expect(result.isComplete)
        #expect(result.hasErrors)
        #expect(result.configuration.tenants.map(\.id) == ["t"])
        #expect(result.files.map(\.tenantID) == ["t", "b", nil, "d", nil])
        #expect(result.files.map { $0.configuration != nil } == [true, false, false, false, false])
        #expect(result.files[0].content == Array(Self.plain.utf8))
        #expect(result.lines.contains("tenants/c.yaml: error: is empty; it needs 'tenant'"))
    }

    @Test func brokenPluginsLeaveNoTenant() {
        for plugins in [
            "plugins: [\n", "", "plugins:\n", "{}", "plugins: [rooms]\n", "plugins: {supportzen-client: {x: 1}}\n",
        ] {
            let result = ConfigurationFolder.load(Self.plain, plugins: plugins)
            #expect(!result.isComplete)
            #expect(result.diagnostics.allSatisfy { $0.file == "plugins.yaml" && $0.isError }, "\(plugins)")
            #expect(result.diagnostics.count == 1)
            #expect(result.configuration.tenants.isEmpty)
            #expect(result.files.map(\.tenantID) == ["t"])
        }
    }

    @Test func missingFilesAreNamed() {
        var folder = ConfigurationFolder()
        folder.contents = [:]
        let result = folder.load()
        #expect(
            result.lines == ["plugins.yaml: error: does not exist", "tenants: error: the folder does not exist"]
        )
        #expect(!result.isComplete)
        folder.contents["plugins.yaml"] = Array(ConfigurationFolder.allPlugins.utf8)
        folder.contents["tenants/README"] = []
        #expect(folder.load().lines == ["tenants: warning: has no tenant files (*.yaml, *.yml)"])
        #expect(folder.load().isComplete)
        folder.contents["tenants/big.yaml"] = [UInt8](repeating: 0x20, count: 1024 * 1024 + 1)
        #expect(folder.load().lines == ["tenants/big.yaml: error: is too large"])
    }

    @Test func dialectsOfTheCallerAreKnown() throws {
        let folder = ConfigurationFolder(
            plugins: "plugins: {echo: {mode: strict}}",
            tenants: ["t.yaml": "tenant: t\nhosts: [a]\ndialects: {echo: {mount: /e}}\n"]
        )
        #expect(folder.load().hasErrors)
        let tenant = try #require(folder.load(knownDialects: ["echo"]).onlyTenant)
        #expect(tenant.dialect(DialectName("echo"))?.mode == .strict)
        #expect(tenant.dialect(DialectName("echo"))?.mount == "/e")
        #expect(folder.load(knownDialects: ["echo"]).configuration.plugins == [DialectName("echo")])
    }

    @Test func knownWebhookEventsAreChecked() {
        let files = ConfigurationFolder(tenants: [
            "t.yaml": Self.plain
                + "webhooks: [{url: \"https://a.example\", secret: 0123456789abcdef0123456789abcdef, events: [mesage.created]}]\n"
        ]).files
        let result = ConfigurationLoader(files: files, webhookEvents: ["message.created"])
            .load(directory: "/etc/gatewayd", environment: [:])
        #expect(
            result.lines == [
                "tenants/t.yaml:4:90: error: unknown event 'mesage.created'; did you mean 'message.created'?"
            ]
        )
    }

    @Test func equalUnlessSomethingNoticeableChanged() throws {
        let first = try #require(ConfigurationFolder.load(Self.plain).onlyTenant)
        #expect(ConfigurationFolder.load("# moved\n" + Self.plain).onlyTenant == first)
        #expect(ConfigurationFolder.load(Self.plain + "retention: 1d\n").onlyTenant != first)
        #expect(first.conflict(with: first) == "tenant 't'")
        let other = ConfigurationFolder.load("tenant: u\nhosts: [b, a]\ndialects: {localpro: {}}\n").onlyTenant
        #expect(try #require(other).conflict(with: first) == "host 'a'")
    }

    @Test func floodsOfErrorsAreCut() {
        let flood = (0..<2000).map { "k\($0): 1\n" }.joined()
        let result = ConfigurationFolder.load(Self.plain + flood)
        #expect(result.diagnostics.count == 500)
        #expect(result.hasErrors)
    }
}
