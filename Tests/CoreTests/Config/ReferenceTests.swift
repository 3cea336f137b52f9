import Testing

@testable import Core

/// `docs/configuration.md` against what the program reads.
@Suite("Configuration: the reference")
struct ReferenceTests {
    private static let document = String(
        decoding: (try? Files.readWhole(repository + "/docs/configuration.md")) ?? [],
        as: UTF8.self
    )
    private static let repository = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        .joined(separator: "/")

    private static let keys = [
        ReadingContext.tenantKeys, ReadingContext.agentKeys, ReadingContext.sizeKeys, ReadingContext.uploadKeys,
        ReadingContext.limitKeys, ReadingContext.webhookKeys, ReadingContext.jwtKeys, JWTKeyReader.keys,
        DialectSchema.builtIn.flatMap(\.keys),
    ].flatMap { $0 }

    @Test(arguments: Set(keys).union(AuthPolicyConfiguration.allNames).sorted())
    func everyKeyIsThere(_ key: String) {
        #expect(Self.document.contains("`\(key)`"))
    }

    /// The example names every key and is in order, but for its defaults.
    @Test func theExampleIsInOrder() throws {
        let start = try #require(Self.document.firstRange(of: "```yaml\n")).upperBound
        let example = String(Self.document[start...].prefix { $0 != "`" })
        for key in Set(Self.keys).subtracting(["key_file", "secret", "first_contact"]) {
            #expect(example.contains("\(key):"), "\(key)")
        }
        let plugins =
            "plugins: {localpro: {}, supportzen-live: {}, supportzen-client: {}, chat-module: {}, rooms: {}}\n"
        let result = ConfigurationFolder(plugins: plugins, tenants: ["shop.yaml": example]).load()
        #expect(result.isComplete)
        #expect(result.lines.filter { !$0.contains("still the default") && !$0.contains("an admin without") } == [])
    }
}
