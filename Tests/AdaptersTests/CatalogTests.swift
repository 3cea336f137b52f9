import Core
import Testing

@testable import Adapters

/// The catalog has one line for each dialect, and each dialect tells of every fact.
struct CatalogTests {
    /// Folders that dialects share; each is named after what is in it.
    private static let shared: Set<String> = ["Shared", "SupportZen"]

    /// Three folders above this file, then down.
    private static var adapters: String {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        return root.joined(separator: "/") + "/Sources/Adapters"
    }

    @Test func everyFolderHasItsLine() throws {
        let folders = try Files.list(Self.adapters).filter { name in
            try Files.status(Self.adapters + "/" + name)?.kind == .directory && !Self.shared.contains(name)
        }
        #expect(Catalog.dialects.map { "\($0)" }.sorted() == folders.map { $0 + "Dialect" }.sorted())
    }

    @Test func everyDialectHasItsGuide() throws {
        for type in Catalog.dialects {
            let folder = "\(type)".dropLast("Dialect".count)
            #expect(try Files.status("\(Self.adapters)/\(folder)/README.md")?.kind == .regular, "\(type)")
        }
    }

    @Test func namesAreUniqueAndSorted() {
        let names = Catalog.dialects.map { $0.name }
        #expect(names == Set(names).sorted())
    }

    @Test(arguments: Catalog.dialects.indices)
    func everyFactIsToldOnce(index: Int) {
        let type = Catalog.dialects[index]
        let facts = type.coverage.map(\.fact.rawValue)
        #expect(facts.sorted() == CanonicalFact.allCases.map(\.rawValue).sorted(), "\(type)")
    }

    /// What the table says of a fact stands in a cell of a Markdown table.
    @Test(arguments: Catalog.dialects.indices)
    func formsFitIntoACell(index: Int) {
        for entry in Catalog.dialects[index].coverage {
            #expect(!entry.form.contains { $0 == "|" || $0.isNewline }, "\(entry.fact)")
            #expect(entry.degree == .notShown || !entry.form.isEmpty, "\(entry.fact)")
        }
    }
}
