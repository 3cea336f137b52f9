/// Which files a dialect takes, by extension.
package struct FileTypes: Sendable, Equatable {
    /// In lower case.
    package let extensions: Set<String>

    /// Extensions without a dot, in any case. Those of documents that a browser would run are left out whoever lists
    /// them.
    package init(_ extensions: some Sequence<String>) {
        self.extensions = Set(extensions.map { $0.lowercased() }).subtracting(Self.refused)
    }

    /// A tenant's own list in place of the dialect's; `types` is `uploads.types`.
    package func replaced(by types: [String]?) -> FileTypes {
        types.map(FileTypes.init) ?? self
    }

    /// Documents with scripts in them.
    package static let refused: Set<String> = [
        "svg", "svgz", "html", "htm", "xhtml", "xht", "shtml", "mhtml", "mht", "xml", "xsl", "xslt", "js", "mjs",
    ]

    /// What LocalPro's document lists.
    package static let localPro = FileTypes([
        "jpg", "jpeg", "png", "gif", "webp", "pdf", "doc", "docx", "xls", "xlsx", "txt",
    ])

    /// Both SupportZen dialects.
    package static let images = FileTypes(["jpg", "jpeg", "png", "gif", "webp"])

    /// LocalPro's, sound and film.
    package static let chatModule = FileTypes(
        localPro.extensions.union(["mp3", "wav", "ogg", "m4a", "mp4", "webm"])
    )
}
