import Testing

@testable import Core

/// One bad tenant's file and everything that is said about it, without the file's name.
struct BadTenant: Sendable, CustomTestStringConvertible {
    let yaml: String
    let lines: [String]

    init(_ yaml: String, _ lines: String...) {
        self.yaml = yaml
        self.lines = lines
    }

    /// A dialect in a tenant that is otherwise in order; the dialect stands in line 4 from column 3.
    static func dialect(_ yaml: String, _ lines: String...) -> BadTenant {
        var tenant = BadTenant("tenant: t\nhosts: [a]\ndialects:\n  \(yaml)\n")
        tenant = BadTenant(tenant.yaml, lines: lines)
        return tenant
    }

    /// A tenant with SupportZen client, in order, and one line more, which is line 4.
    static func key(_ yaml: String, _ lines: String...) -> BadTenant {
        BadTenant("tenant: t\nhosts: [a]\ndialects: {supportzen-client: {}}\n\(yaml)\n", lines: lines)
    }

    private init(_ yaml: String, lines: [String]) {
        self.yaml = yaml
        self.lines = lines
    }

    var testDescription: String { yaml }
}

struct DiagnosticsTests {
    private func expect(_ bad: BadTenant, sourceLocation: SourceLocation = #_sourceLocation) {
        let result = ConfigurationFolder.load(bad.yaml)
        let expected = bad.lines.map { "tenants/t.yaml:\($0)" }
        #expect(result.lines == expected, sourceLocation: sourceLocation)
        #expect(result.configuration.tenants.isEmpty == result.hasErrors, sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        BadTenant(
            "hosts: [a]\ndialects: {}\n",
            "1:1: error: a tenant's file needs 'tenant'",
            "2:1: warning: the tenant has no dialects, so it serves nothing"
        ),
        BadTenant("tenant: t\nhosts: [a]\n", "1:1: warning: the tenant has no dialects, so it serves nothing"),
        BadTenant(
            "tenant: t\ndialects: {supportzen-client: {}}\n",
            "1:1: error: a tenant needs 'hosts' or 'path_prefix'"
        ),
        BadTenant("[a]\n", "1:1: error: a tenant's file must be a mapping, not a list"),
        BadTenant(
            "tenant: T_1\nhosts: [a]\ndialects: {supportzen-client: {}}\n",
            "1:9: error: 'T_1' is no tenant id: use 1 to 63 of a-z, 0-9 and '-', not '-' first"
        ),
        BadTenant(
            "tenant: -a\nhosts: [a]\ndialects: {supportzen-client: {}}\n",
            "1:9: error: '-a' is no tenant id: use 1 to 63 of a-z, 0-9 and '-', not '-' first"
        ),
        BadTenant(
            "tenant: t\nhosts: [a]\ndialcts: {rooms: {}}\n",
            "1:1: warning: the tenant has no dialects, so it serves nothing",
            "3:1: error: unknown key 'dialcts'; did you mean 'dialects'?"
        ),
        BadTenant(
            "tenant: t\ndialects: {supportzen-client: {}}\nhosts: [\"a:80\", \"*.b\", \"http://c\", \"d_-\", \"[::1\", e, E, ü]\n",
            "3:9: error: 'a:80' is not a host: write it without a port; the port of a request does not matter",
            "3:17: error: '*.b' is not a host: wildcards are not supported; write every host out",
            "3:24: error: 'http://c' is not a host: write the host alone, without a scheme",
            "3:36: error: 'd_-' is not a host: use letters, digits, '-' and '.' (other scripts in their xn-- form)",
            "3:43: error: '[::1' is not a host: write the IPv6 address in brackets, without a port",
            "3:54: error: 'E' stands twice in 'hosts'",
            "3:57: error: 'ü' is not a host: use letters, digits, '-' and '.' (other scripts in their xn-- form)"
        ),
        .key(
            "path_prefix: acme",
            "4:14: error: 'path_prefix' must be a path such as /acme: a slash before, none at the end"
        ),
        .key(
            "path_prefix: /",
            "4:14: error: 'path_prefix' must be a path such as /acme: a slash before, none at the end"
        ),
        .key(
            "path_prefix: /a/",
            "4:14: error: 'path_prefix' must be a path such as /acme: a slash before, none at the end"
        ),
        .key(
            "path_prefix: /a/../b",
            "4:14: error: 'path_prefix' must be a path such as /acme: a slash before, none at the end"
        ),
        .key("path_prefix: /healthz", "4:14: error: /healthz is the daemon's own"),
        .key("name: [x]", "4:7: error: 'name' must be text, not a list"),
        .key("name:", "4:1: error: 'name' has no value"),
        .key("name: \"a\\nb\"", "4:7: error: 'name' must be one line without control characters"),
        .key(
            "name: \"${BRAND}\"",
            "4:7: warning: variables are expanded in secrets only; 'name' keeps '${BRAND}' as it is"
        ),
        .key(
            "origins: [\"https://a.example/\", b, \"*\"]",
            "4:11: error: 'https://a.example/' is not an origin such as https://acme.example (no slash at the end) or *",
            "4:33: error: 'b' is not an origin such as https://acme.example (no slash at the end) or *"
        ),
        .key(
            "trusted_proxies: [10.0.0.0/40, \"::/0\"]",
            "4:18: warning: trusted_proxies ::/0 lets every client choose its own address",
            "4:19: error: '10.0.0.0/40' is not an address range such as 10.0.0.0/8 or ::1/128"
        ),
    ])
    func tenantKeys(bad: BadTenant) { expect(bad) }

    @Test(arguments: [
        BadTenant.key("limits: on", "4:9: error: 'limits' must be off or a mapping of classes"),
        .key(
            "limits: {guest_writ: 1/1m, guest_read: 100, upload: off, agent: [1], max_connections_per_address: 0}",
            "4:10: error: unknown key 'guest_writ'; did you mean 'guest_write'?",
            "4:40: error: 'guest_read' must be a rate such as 100/15m, or off",
            "4:65: error: 'agent' must be a rate such as 100/15m, or off",
            "4:99: error: 'max_connections_per_address' must lie between 1 and 1000000"
        ),
        .key("probe_limit: often", "4:14: error: 'probe_limit' must be a rate such as 100/15m, or off"),
        .key(
            "sizes: {file: 10M, headers: 1, header_fields: many, message: 2MiB}",
            "4:15: error: 'file' must be a size such as 10MiB or 4096",
            "4:29: error: 'headers' must lie between 1KiB and 256KiB",
            "4:47: error: 'header_fields' must be a number",
            "4:62: error: 'message' is larger than 'json_body', so it could never be sent"
        ),
        .key(
            "uploads: {expire: 24, url_lifetime: 0s, types: [.png, \"tar.gz\", PDF]}",
            "4:19: error: 'expire' must be a duration such as 15m or 1h30m",
            "4:37: error: 'url_lifetime' must lie between 1s and 3650d",
            "4:49: error: '.png' is not a file extension such as png (without a dot)",
            "4:55: error: 'tar.gz' is not a file extension such as png (without a dot)"
        ),
        .key("retention: never", "4:12: error: 'retention' must be a duration such as 15m or 1h30m"),
        .key("agents: {id: a}", "4:9: error: 'agents' must be a list, not a mapping"),
        .key(
            "agents: [x, {id: a, role: superadmin, email: nobody}, {id: \"a b\", token: 0123456789abcdef}, {token: 0123456789abcdef, id: a}, {role: boss}]",
            "4:10: error: each of 'agents' must be a mapping, not text",
            "4:27: error: unknown role 'superadmin'; did you mean 'super_admin'?",
            "4:46: error: 'nobody' is not an e-mail address",
            "4:60: error: 'a b' is no agent id: use letters, digits and . _ @ : -",
            "4:101: error: the token is also that of agent ''",
            "4:123: error: agent 'a' stands twice",
            "4:127: error: an agent needs 'id'",
            "4:134: error: unknown role 'boss'; use support, admin or super_admin"
        ),
        .key(
            "webhooks: [{url: \"ftp://x\", secret: whsec_b25lb25lb25lb25lb25lb25lb25lb25l}, {url: \"http://127.0.0.1:9/h\"}, {secrets: [], events: [created]}]",
            "4:18: error: 'url' must be an http or https address without user name and fragment",
            "4:78: error: a webhook needs 'secret' or 'secrets'",
            "4:84: warning: 'url' points at a private address; without allow_private it is not called",
            "4:109: error: a webhook needs 'url'",
            "4:119: error: 'secrets' must not be empty; leave it out",
            "4:132: error: 'created' is not an event such as message.created"
        ),
        .key(
            "webhooks: [{url: \"https://a@b/\", secret: whsec_dev, secrets: [not-base64], allow_private: yes}]",
            "4:18: error: 'url' must be an http or https address without user name and fragment",
            "4:42: warning: 'secret' is shorter than 24 bytes",
            "4:63: error: each of 'secrets' must be base64, with or without 'whsec_' before it",
            "4:91: error: 'allow_private' must be true or false"
        ),
    ])
    func detailKeys(bad: BadTenant) { expect(bad) }

    @Test(arguments: [
        BadTenant.dialect("romms: {}", "4:3: error: unknown dialect 'romms'; did you mean 'rooms'?"),
        .dialect(
            "irc: {}",
            "4:3: error: unknown dialect 'irc'; use supportzen-live, supportzen-client, localpro, rooms or chat-module"
        ),
        .dialect("supportzen-client: [x]", "4:22: error: 'supportzen-client' must be a mapping, not a list"),
        .dialect(
            "localpro: {mode: compt, on_closed: no, hosts: [b], mount: x, session_auth: guarded, auto_create_agents: 1, rooms: 1}",
            "4:20: error: unknown mode 'compt'; did you mean 'compat'?",
            "4:38: error: unknown on_closed 'no'; use reject or reopen",
            "4:42: error: host 'b' is not among the tenant's 'hosts'",
            "4:61: error: 'mount' must be a path such as /acme: a slash before, none at the end",
            "4:78: error: unknown session_auth 'guarded'; did you mean 'guard'?",
            "4:107: error: 'auto_create_agents' must be true or false",
            "4:110: error: unknown key 'rooms'"
        ),
        .dialect(
            "localpro: {websocket_admin: opne}",
            "4:31: error: unknown websocket_admin 'opne'; did you mean 'open'?"
        ),
        .dialect("localpro: {websocket_admin: {open: []}}", "4:38: error: 'open' must not be empty; leave it out"),
        .dialect(
            "localpro: {websocket_admin: open}",
            "4:31: warning: websocket_admin 'open' makes anybody an admin without a token"
        ),
        .dialect(
            "localpro: {websocket_admin: {open: [127.0.0.1, fd00::/8]}}",
            "4:31: warning: websocket_admin makes anybody from 127.0.0.1/32 or fd00::/8 an admin without a token"
        ),
        .dialect(
            "localpro: {mode: strict, session_auth: required}",
            "4:42: warning: session_auth 'required' leaves every guest out: mode strict hands out no tokens"
        ),
        .dialect(
            "localpro: {mode: hardened, session_auth: guard}",
            "4:44: warning: mode hardened requires session tokens, whatever session_auth says"
        ),
        .dialect("localpro: {auth: agent-token}", "4:20: error: 'auth' must be a list, not text"),
        .dialect("localpro: {auth: []}", "4:20: error: 'auth' must not be empty; leave it out"),
        .dialect(
            "localpro: {auth: [agent-token, {}, {policy: agent-tokens}, {policy: hmac-email}, {policy: agent-token, key: x}]}",
            "4:21: error: each of 'auth' must be a mapping such as { policy: agent-token }, not text",
            "4:34: error: each of 'auth' needs 'policy'",
            "4:47: error: unknown policy 'agent-tokens'; did you mean 'agent-token'?",
            "4:71: error: policy 'hmac-email' does not fit localpro; use agent-token or jwt",
            "4:106: error: unknown key 'key'"
        ),
        .dialect(
            "localpro: {auth: [{policy: agent-token}, {policy: agent-token}]}",
            "4:44: error: policy 'agent-token' stands twice"
        ),
        .dialect("supportzen-live: {}", "4:3: error: supportzen-live needs 'auth' with policy shared-secret"),
        .dialect(
            "supportzen-live: {auth: [{policy: shared-secret}]}",
            "4:28: error: policy 'shared-secret' needs 'secrets'"
        ),
        .dialect(
            "supportzen-live: {auth: [{policy: shared-secret, secrets: [x]}]}",
            "4:61: error: 'secrets' must be a mapping of names to secrets, not a list"
        ),
        .dialect(
            "supportzen-live: {auth: [{policy: shared-secret, secrets: {}}]}",
            "4:61: error: 'secrets' must name at least one secret"
        ),
        .dialect(
            "supportzen-client: {auth: [{policy: hmac-email, first_contact: provisioned}]}",
            "4:66: error: unknown first_contact 'provisioned'; did you mean 'provisioned-only'?"
        ),
        .dialect(
            "supportzen-client: {first_contact: flag, auth: [{policy: hmac-email, first_contact: trust}]}",
            "4:38: error: 'first_contact' differs from the one in the policy"
        ),
        .dialect("chat-module: {}", "4:3: error: chat-module needs 'auth' with jwt or agent-token"),
        .dialect(
            "rooms: {}",
            "4:3: error: rooms needs 'auth': write admin-only or secured, or none to let anybody act as admin as its document does"
        ),
        .dialect(
            "rooms: {auth: [{policy: none}]}",
            "4:18: warning: rooms with policy 'none' lets anybody act as admin; use admin-only or secured"
        ),
        .dialect(
            "rooms: {auth: [{policy: agent-token}]}",
            "4:3: error: rooms needs one of the policies none, admin-only or secured"
        ),
        .dialect(
            "rooms: {auth: [{policy: secured}, {policy: admin-only}]}",
            "4:37: error: only one of none, admin-only and secured can hold"
        ),
        .dialect(
            "rooms: {auth: [{policy: secured}], socketio_path: socket.io, ping_interval: 1ms, system_messages: shown}",
            "4:53: error: 'socketio_path' must be a path such as /socket.io/",
            "4:79: error: 'ping_interval' must lie between 1s and 5m",
            "4:101: error: unknown system_messages 'shown'; use hidden or as_support"
        ),
    ])
    func dialectKeys(bad: BadTenant) { expect(bad) }

    private static let key32 = "0123456789abcdef0123456789abcdef"

    @Test(arguments: [
        (
            "{policy: jwt}",
            ["27: error: policy 'jwt' needs 'key', 'key_file' or 'keys'", "27: error: policy 'jwt' needs 'algorithm'"]
        ),
        ("{policy: jwt, key: \(key32)}", ["27: error: policy 'jwt' needs 'algorithm'"]),
        (
            "{policy: jwt, algorithm: none, key: x}",
            ["52: error: algorithm 'none' takes any forged token and is refused"]
        ),
        (
            "{policy: jwt, algorithm: hs256, key: \(key32)}",
            ["52: error: unknown algorithm 'hs256'; did you mean 'HS256'?"]
        ),
        ("{policy: jwt, algorithm: HS256, key: short}", ["64: warning: the key of HS256 is shorter than 32 bytes"]),
        ("{policy: jwt, algorithm: HS384, key: \(key32)}", ["64: warning: the key of HS384 is shorter than 48 bytes"]),
        (
            "{policy: jwt, algorithm: HS256, key: \"-----BEGIN PUBLIC KEY-----\"}",
            ["64: error: HS256 needs a shared secret, not a key in PEM form"]
        ),
        (
            "{policy: jwt, algorithm: RS256, key: \(key32)}",
            ["64: error: RS256 needs a public key in PEM form ('-----BEGIN PUBLIC KEY-----')"]
        ),
        (
            "{policy: jwt, algorithm: EdDSA, key: \"-----BEGIN PRIVATE KEY-----\"}",
            ["64: error: EdDSA needs the public key only; keep the private key elsewhere"]
        ),
        (
            "{policy: jwt, algorithm: HS256, key: x, key_file: y}",
            ["67: error: 'key' and 'key_file' exclude each other"]
        ),
        ("{policy: jwt, algorithm: HS256, key_file: gone}", ["69: error: 'key_file': file 'gone' does not exist"]),
        ("{policy: jwt, keys: []}", ["47: error: 'keys' must name at least one key"]),
        (
            "{policy: jwt, keys: [{kid: a, algorithm: HS256}, {key: \(key32)}]}",
            [
                "48: error: each of 'keys' needs 'key' or 'key_file'", "76: error: each of 'keys' needs 'algorithm'",
            ]
        ),
        (
            "{policy: jwt, algorithm: HS256, keys: [{kid: a, key: \(key32)}, {kid: a, key: \(key32)}], leeway: 1h}",
            [
                "121: error: kid 'a' stands twice", "173: error: 'leeway' must lie between 0s and 10m",
            ]
        ),
    ])
    func jwt(policy: String, expected: [String]) {
        let result = ConfigurationFolder.load(
            "tenant: t\nhosts: [a]\ndialects:\n  chat-module: {auth: [   \(policy)]}\n"
        )
        #expect(result.lines == expected.map { "tenants/t.yaml:4:\($0)" })
    }

    @Test func everyErrorOfEveryFileAtOnce() {
        let folder = ConfigurationFolder(
            plugins:
                "plugins:\n  localpr: {}\n  rooms: {mode: loose, auth: [{policy: none}]}\n  localpro: {websocket_admin: open}\nx: 1\n",
            tenants: [
                "b.yml": "tenant: b\nhosts: [one]\ndialects: {localpro: {mode: loose}}\n",
                "a.yaml":
                    "tenant: a\nhosts: [one]\ndialects: {chat-module: {auth: [{policy: agent-token}]}}\nlimits: [\n",
                "c.yaml":
                    "tenant: b\npath_prefix: /c\nhosts: [\"x y\", one]\ndialects: {chat-module: {auth: [{policy: agent-token}]}}\n",
                "d.txt": "ignored: [", ".e.yaml": "ignored: [",
            ]
        )
        let result = folder.load()
        #expect(
            result.lines == [
                "plugins.yaml:2:3: error: unknown dialect 'localpr'; did you mean 'localpro'?",
                "plugins.yaml:3:17: error: unknown mode 'loose'; use strict, compat or hardened",
                "plugins.yaml:3:31: error: policy 'none' must be written in the tenant's own file",
                "plugins.yaml:4:31: error: an open websocket_admin must be written in the tenant's own file",
                "plugins.yaml:5:1: error: unknown key 'x'",
                "tenants/a.yaml:5:1: error: not valid YAML: did not find expected node content while parsing a flow node",
                "tenants/b.yml:3:29: error: unknown mode 'loose'; use strict, compat or hardened",
                "tenants/c.yaml:1:9: error: tenant 'b' is already that of tenants/b.yml:1",
                "tenants/c.yaml:3:9: error: 'x y' is not a host: use letters, digits, '-' and '.' (other scripts in their xn-- form)",
                "tenants/c.yaml:3:16: error: host 'one' is already that of tenants/b.yml:2",
                "tenants/c.yaml:4:12: error: dialect 'chat-module' is not in plugins.yaml",
            ]
        )
        #expect(result.files.map(\.file) == ["tenants/a.yaml", "tenants/b.yml", "tenants/c.yaml"])
        #expect(result.files.map(\.tenantID) == ["a", "b", "b"])
        #expect(!result.isComplete)
    }
}
