package import Core

/// The dialects this program speaks: one line each.
package enum Catalog {
    package static let dialects: [any Dialect.Type] = [
        ChatModuleDialect.self,
        LocalProDialect.self,
        RoomsDialect.self,
        SupportZenClientDialect.self,
        SupportZenLiveDialect.self,
    ]
}
