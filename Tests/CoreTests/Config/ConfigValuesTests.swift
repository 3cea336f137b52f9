import Testing

@testable import Core

struct ConfigValuesTests {
    @Test(arguments: [
        ("15m", 900_000), ("24h", 86_400_000), ("500ms", 500), ("1h30m", 5_400_000), ("90d", 7_776_000_000),
        ("1m500ms", 60_500), ("0s", 0), ("1d2h3m4s5ms", 93_784_005),
    ])
    func durations(text: String, milliseconds: Int) {
        #expect(QuantityText.duration(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "15", "m", "15x", "30m1h", "1h1h", "-1s", "1.5h", "1 h", "h1", "99999999999999999999s", "999999999999999d",
        "١٥m", "15m ", "36526d",
    ])
    func badDurations(text: String) {
        #expect(QuantityText.duration(text) == nil)
    }

    @Test(arguments: [
        ("4096", 4096), ("10MiB", 10_485_760), ("1KiB", 1024), ("100KB", 100_000), ("2GiB", 2_147_483_648),
        ("3MB", 3_000_000), ("1GB", 1_000_000_000), ("7B", 7),
    ])
    func sizes(text: String, bytes: Int) {
        #expect(QuantityText.size(text) == bytes)
    }

    @Test(arguments: ["", "MiB", "10M", "10mib", "-1", "1.5MiB", "1KiB1", "999999999999999GiB", "1 KiB", "+1"])
    func badSizes(text: String) {
        #expect(QuantityText.size(text) == nil)
    }

    @Test(arguments: [("100/15m", 100, 900), ("30/1m", 30, 60), ("1/1s", 1, 1)])
    func rates(text: String, count: Int, seconds: Int) {
        #expect(Rate(text) == Rate(count, per: .seconds(seconds)))
        #expect(Rate(text)?.description == text)
    }

    @Test(arguments: ["", "100", "100/", "/15m", "0/1m", "100/0s", "100/15", "1/2/3m", "1000000001/1m", "5/32d"])
    func badRates(text: String) {
        #expect(Rate(text) == nil)
    }

    @Test(arguments: [
        ("compt", ["strict", "compat", "hardened"], "compat"), ("dialcts", ["hosts", "dialects"], "dialects"),
        ("path-prefix", ["path_prefix", "hosts"], "path_prefix"), ("Strict", ["strict"], "strict"),
        ("hmac_email", ["hmac-email", "jwt"], "hmac-email"), ("lcoalpro", ["localpro", "rooms"], "localpro"),
        ("provisioned", ["trust", "provisioned-only"], "provisioned-only"), ("guarded", ["open", "guard"], "guard"),
    ])
    func suggestions(typed: String, choices: [String], expected: String) {
        #expect(Wording.nearest(to: typed, among: choices) == expected)
    }

    @Test func noFarFetchedSuggestions() {
        #expect(Wording.nearest(to: "banana", among: ["strict", "compat"]) == nil)
        #expect(Wording.nearest(to: "", among: ["a"]) == nil)
        #expect(Wording.nearest(to: String(repeating: "a", count: 60_000), among: ["a"]) == nil)
        #expect(Wording.quoted("a\nb\u{202E}c") == "'a\u{FFFD}b\u{FFFD}c'")
        #expect(Wording.quoted(String(repeating: "é", count: 61)) == "'" + String(repeating: "é", count: 60) + "…'")
    }
}
