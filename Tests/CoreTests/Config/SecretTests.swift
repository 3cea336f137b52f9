import Testing

@testable import Core

struct SecretTests {
    @Test(arguments: [
        ("plain", "plain", [String]()), ("${A}", "1", []), ("x${A}y${B:-z}", "x1yz", ["B"]), ("${A:-d}", "1", []),
        ("${EMPTY:-d}", "d", ["EMPTY"]), ("${SAME:-d}", "d", ["SAME"]), ("$A $", "$A $", []), ("$${A}", "${A}", []),
        ("${B:-a:-b}", "a:-b", ["B"]), ("${B:-}", "", ["B"]), ("é${A}", "é1", []),
    ])
    func expansion(text: String, value: String, defaulted: [String]) throws {
        let expansion = try SecretTemplate(text).expand(["A": "1", "EMPTY": "", "SAME": "d"])
        #expect(expansion.value == value)
        #expect(expansion.defaulted == defaulted)
    }

    @Test(arguments: [
        ("${A", SecretTemplate.Failure.unterminated), ("${}", .badName("")), ("${1A}", .badName("1A")),
        ("${A-b}", .badName("A-b")), ("${A:b}", .badName("A:b")), ("${é}", .badName("é")), ("${NONE}", .unset("NONE")),
    ])
    func refused(text: String, failure: SecretTemplate.Failure) {
        #expect(throws: failure) { try SecretTemplate(text).expand([:]) }
    }

    @Test func neverPrintsItsValue() {
        let secret = Secret("hunter2", isDefault: true)
        var dumped = ""
        dump([secret], to: &dumped)
        for shown in ["\(secret)", String(reflecting: secret), String(describing: [secret]), dumped, "\([1: secret])"] {
            #expect(!shown.contains("hunter2"))
        }
    }

    private static func tenant(token: String) -> String {
        "tenant: t\nhosts: [a]\ndialects: {localpro: {}}\nagents:\n  - id: a1\n    token: \(token)\n"
    }

    @Test(arguments: [
        ("\"a-secret-long-enough\"", "a-secret-long-enough", false), ("\"${TOKEN}\"", "from-the-environment", false),
        ("\"${OTHER:-jane-token}\"", "jane-token", true), ("{file: keys/token}", "from-a-file-of-its-own", false),
        ("{file: /etc/gatewayd/keys/token}", "from-a-file-of-its-own", false),
        ("{file: keys/crlf}", "from-a-windows-file", false), ("{file: keys/two}", "0123456789abcdef\n", true),
    ])
    func sources(token: String, value: String, isDefaultOrRefused: Bool) {
        let folder = ConfigurationFolder(
            tenants: ["t.yaml": Self.tenant(token: token)],
            others: [
                "keys/token": "from-a-file-of-its-own\n", "keys/crlf": "from-a-windows-file\r\n",
                "keys/two": "0123456789abcdef\n\n",
            ]
        )
        let result = folder.load(["TOKEN": "from-the-environment"])
        guard token != "{file: keys/two}" else {
            #expect(
                result.lines == [
                    "tenants/t.yaml:6:12: error: 'token' may have visible ASCII characters only, since it travels in a header"
                ]
            )
            return
        }
        #expect(result.onlyTenant?.agents[0].token == Secret(value, isDefault: isDefaultOrRefused))
        #expect(result.diagnostics.map(\.topic) == (isDefaultOrRefused ? [.defaultSecret] : []))
    }

    @Test(arguments: [
        ("\"${NONE}\"", "6:12: error: 'token': environment variable NONE is not set"),
        ("\"${NONE\"", "6:12: error: 'token': '${' without its '}'"),
        ("\"${A B}\"", "6:12: error: 'token': 'A B' is no variable name"),
        ("{file: gone}", "6:19: error: 'token': file 'gone' does not exist"),
        ("{file: latin}", "6:19: error: 'token': file 'latin' is not UTF-8 text"),
        ("{file: empty}", "6:12: error: 'token' must not be empty"),
        ("{path: x}", "6:13: error: unknown key 'path'\ntenants/t.yaml:6:12: error: 'token' needs 'file'"),
        ("[x]", "6:12: error: 'token' must be text, ${ENV}, ${ENV:-default} or {file: path}, not a list"),
        ("", "6:5: error: 'token' has no value"), ("\"\"", "6:12: error: 'token' must not be empty"),
        ("short", "6:12: warning: 'token' is shorter than 16 bytes"),
        ("\"${NONE:-x}\"", "6:12: warning: 'token' is still the default in this file; set NONE"),
    ])
    func complaints(token: String, expected: String) {
        var folder = ConfigurationFolder(tenants: ["t.yaml": Self.tenant(token: token)], others: ["empty": "\n"])
        folder.contents["latin"] = [0xE9]
        let lines = folder.load().lines
        #expect(Set(lines) == Set("tenants/t.yaml:\(expected)".split(separator: "\n").map(String.init)))
    }
}
