import Core
import Testing

@testable import gatewayd

/// The table in the adapters' guide is the one that the program prints.
struct MatrixTests {
    @Test func theGuideShowsTheProgramsTable() throws {
        let guide = try Repository.text("Sources/Adapters/README.md")
        let begin = "<!-- matrix: gatewayd dialects matrix -->\n"
        let end = "<!-- matrix end -->"
        let parts = try #require(guide.split(separator: begin, omittingEmptySubsequences: false).last)
        let table = try #require(parts.split(separator: end, omittingEmptySubsequences: false).first)
        #expect(guide.contains(begin) && guide.contains(end))
        #expect(String(table) == DialectsCommand.matrix(), "run `gatewayd dialects matrix` and paste what it prints")
    }

    @Test func theExampleTellsOfEveryFact() {
        #expect(ExampleDialect.coverage.map(\.fact) == CanonicalFact.allCases)
    }
}

/// The files of this package.
enum Repository {
    static func text(_ path: String) throws -> String {
        String(decoding: try Files.readWhole(root + "/" + path), as: UTF8.self)
    }

    /// Three folders above this file.
    private static var root: String {
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    }
}
