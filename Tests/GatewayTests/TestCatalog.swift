import Adapters
import Core

/// The program's dialects and one more.
enum TestCatalog {
    static let dialects: [any Dialect.Type] =
        Catalog.dialects + [
            ExampleDialect.self
        ]
}
