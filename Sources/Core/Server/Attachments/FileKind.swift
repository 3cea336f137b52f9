/// A kind of file that can be taken: its extensions, what its bytes must look like, and the types that clients declare
/// for it.
struct FileKind: Sendable {
    /// In lower case; the first is the usual one.
    let extensions: [String]
    let content: FileContent
    /// What it is stored and served as.
    let mediaType: String
    /// Other types that mean it.
    let aliases: [String]
    /// Whether its bytes alone tell it from every other kind, so that a file without an extension is still known.
    let isSelfEvident: Bool

    init(
        _ extensions: [String],
        _ content: FileContent,
        _ mediaType: String,
        aliases: [String] = [],
        isSelfEvident: Bool = false
    ) {
        self.extensions = extensions
        self.content = content
        self.mediaType = mediaType
        self.aliases = aliases
        self.isSelfEvident = isSelfEvident
    }

    /// Whether a declared type, in lower case and without parameters, may stand for it. `image/*` is what some
    /// libraries for phones write when an app knows no better.
    func agrees(with declared: String) -> Bool {
        if declared == mediaType || aliases.contains(declared) { return true }
        guard declared.hasSuffix("/*") else { return false }
        return mediaType.hasPrefix(declared.dropLast())
    }

    /// The type to store: for containers of sound or film, the one the client declared where it is one of the two.
    func storedType(declared: String?) -> String {
        guard let declared, ["audio/webm", "video/ogg", "audio/mp4"].contains(declared), aliases.contains(declared)
        else { return mediaType }
        return declared
    }

    private static let openXML = "application/vnd.openxmlformats-officedocument."
    private static let openDocument = "application/vnd.oasis.opendocument."
    private static let zipTypes = ["application/zip", "application/x-zip-compressed"]

    static let all: [FileKind] = [
        FileKind(
            ["jpg", "jpeg", "jfif"],
            .jpeg,
            "image/jpeg",
            aliases: ["image/jpg", "image/pjpeg"],
            isSelfEvident: true
        ),
        FileKind(["png"], .png, "image/png", aliases: ["image/x-png", "image/apng"], isSelfEvident: true),
        FileKind(["gif"], .gif, "image/gif", isSelfEvident: true),
        FileKind(["webp"], .webp, "image/webp", isSelfEvident: true),
        FileKind(["pdf"], .pdf, "application/pdf", aliases: ["application/x-pdf"], isSelfEvident: true),
        FileKind(["doc"], .compoundFile, "application/msword", aliases: ["application/x-ole-storage"]),
        FileKind(
            ["xls"],
            .compoundFile,
            "application/vnd.ms-excel",
            aliases: ["application/msexcel", "application/x-msexcel", "application/x-ole-storage"]
        ),
        FileKind(["ppt"], .compoundFile, "application/vnd.ms-powerpoint", aliases: ["application/x-ole-storage"]),
        FileKind(["docx"], .zip, openXML + "wordprocessingml.document", aliases: zipTypes + ["application/msword"]),
        FileKind(["xlsx"], .zip, openXML + "spreadsheetml.sheet", aliases: zipTypes + ["application/vnd.ms-excel"]),
        FileKind(["pptx"], .zip, openXML + "presentationml.presentation", aliases: zipTypes),
        FileKind(["odt"], .zip, openDocument + "text", aliases: zipTypes),
        FileKind(["ods"], .zip, openDocument + "spreadsheet", aliases: zipTypes),
        FileKind(["zip"], .zip, "application/zip", aliases: zipTypes),
        FileKind(["rtf"], .richText, "application/rtf", aliases: ["text/rtf", "application/msword"]),
        FileKind(["txt", "text", "log"], .text, "text/plain"),
        // Windows declares spreadsheet software's type for it.
        FileKind(
            ["csv"],
            .text,
            "text/csv",
            aliases: ["text/plain", "application/csv", "application/vnd.ms-excel"]
        ),
        FileKind(
            ["mp3"],
            .mp3,
            "audio/mpeg",
            aliases: ["audio/mp3", "audio/mpeg3", "audio/x-mpeg-3", "audio/x-mp3"],
            isSelfEvident: true
        ),
        FileKind(
            ["wav"],
            .wav,
            "audio/wav",
            aliases: ["audio/x-wav", "audio/wave", "audio/vnd.wave"],
            isSelfEvident: true
        ),
        FileKind(
            ["ogg", "oga", "opus"],
            .ogg,
            "audio/ogg",
            aliases: ["video/ogg", "application/ogg", "audio/opus"],
            isSelfEvident: true
        ),
        FileKind(["mp4", "m4v"], .isoMedia, "video/mp4", aliases: ["audio/mp4", "video/x-m4v", "application/mp4"]),
        FileKind(["m4a"], .isoMedia, "audio/mp4", aliases: ["audio/x-m4a", "audio/m4a", "video/mp4"]),
        FileKind(["webm", "weba"], .webm, "video/webm", aliases: ["audio/webm"], isSelfEvident: true),
    ]
}
