/// Judges a received file by its bytes, its name and what was declared for it, and describes it for the store.
///
/// Only the header is read (and the places that tell a duration), never the whole file. Runs on a lane: the bytes have
/// just been written and are in the kernel's cache.
package struct FileSniffer {
    private let ids: any IDSource
    private let log: Log

    package init(ids: any IDSource, log: Log) {
        self.ids = ids
        self.log = log
    }

    /// What to store of a file, under a new id. Refuses what is empty (`malformed`), what the dialect does not take
    /// and what is not what its name or declared type says (`unsupportedFile`).
    package func recognize(_ file: ReceivedFile, allowed: FileTypes) throws(Rejection) -> Attachment {
        var (probe, content) = try reading { () throws(SystemError) in
            var probe = FileProbe(try file.staged.open())
            let content = FileContent(prefix: try probe.prefix(FileContent.prefixLength))
            return (probe, content)
        }
        let mediaType = try FileJudgement(file, allowed).mediaType(of: content)
        let (size, duration) = try reading { () throws(SystemError) in
            (try ImageSize(content, &probe), try MediaDuration.read(content, &probe))
        }
        return Attachment(
            id: ids.next(),
            hash: file.hash,
            name: file.fileName,
            mediaType: mediaType,
            size: file.size,
            width: size?.width,
            height: size?.height,
            duration: duration
        )
    }

    private func reading<Result>(_ read: () throws(SystemError) -> Result) throws(Rejection) -> Result {
        do throws(SystemError) {
            return try read()
        } catch {
            log.error("an uploaded file could not be read", .error(error))
            throw Rejection.unavailable
        }
    }
}

/// Whether a file's name, declared type and bytes agree, and whether such a file is taken.
struct FileJudgement {
    private let file: ReceivedFile
    private let allowed: FileTypes
    /// In lower case; nil where the name has none.
    private let ending: String?
    /// In lower case, without parameters; nil where nothing, or nothing definite, was declared.
    private let declared: String?

    init(_ file: ReceivedFile, _ allowed: FileTypes) {
        self.file = file
        self.allowed = allowed
        ending = Self.ending(of: file.fileName)
        declared = Self.declared(file.declaredType)
    }

    /// The type to store the file with.
    func mediaType(of content: FileContent) throws(Rejection) -> String {
        if content == .empty { throw Rejection.invalid(file.fieldName, "File is empty: \(file.fileName)") }
        if content == .markup { throw notAllowed }
        guard let ending else { return try typeByContent(content) }
        guard allowed.extensions.contains(ending) else { throw notAllowed }
        guard let kind = FileKind.all.first(where: { $0.extensions.contains(ending) }) else {
            return try typeOfUnknownEnding(content)
        }
        guard kind.content == content, declared.map(kind.agrees) ?? true else { throw mismatch }
        return kind.storedType(declared: declared)
    }

    /// Pictures that come out of a script are often called `blob`: what the bytes alone tell is enough.
    private func typeByContent(_ content: FileContent) throws(Rejection) -> String {
        guard
            let kind = FileKind.all.first(where: { $0.content == content && $0.isSelfEvident }),
            kind.extensions.contains(where: allowed.extensions.contains)
        else { throw notAllowed }
        guard declared.map(kind.agrees) ?? true else { throw mismatch }
        return kind.storedType(declared: declared)
    }

    /// An ending that only the operator knows: anything goes that is not known to be something else, and is served as
    /// bytes.
    private func typeOfUnknownEnding(_ content: FileContent) throws(Rejection) -> String {
        guard [.unknown, .text, .zip, .compoundFile].contains(content) else { throw mismatch }
        if let declared, FileKind.all.contains(where: { $0.isSelfEvident && $0.agrees(with: declared) }) {
            throw mismatch
        }
        return "application/octet-stream"
    }

    private var notAllowed: Rejection {
        Rejection(.unsupportedFile, "File type not allowed: \(file.fileName)", field: file.fieldName)
    }

    private var mismatch: Rejection {
        let message = "File content does not match its name or type: \(file.fileName)"
        return Rejection(.unsupportedFile, message, field: file.fieldName)
    }

    private static func ending(of name: String) -> String? {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
        let ending = name[name.index(after: dot)...]
        return ending.isEmpty ? nil : ending.lowercased()
    }

    /// Libraries that know no type write one of these; some write the type of the form.
    private static func declared(_ type: String?) -> String? {
        guard let type else { return nil }
        let bare = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        let undefined = ["", "application/octet-stream", "binary/octet-stream", "multipart/form-data", "*/*"]
        return undefined.contains(bare) ? nil : bare
    }
}
