import Core

/// A picture that another dialect's customer linked to, shown as an attachment: this dialect has no other place for it.
/// It is not fetched, so its type is told by its name and its size is not known.
struct ChatModuleImageLink {
    private let url: String
    private let id: String

    init(_ url: String, of message: Message) {
        self.url = url
        id = message.id.hex + "-image"
    }

    func write(into json: inout JSONWriter) {
        let name = fileName
        json.field("id", id)
        json.field("url", url)
        json.field("type", Self.type(ofName: name))
        json.field("name", name)
        json.field("size", 0)
    }

    /// The last segment of the link's path.
    private var fileName: String {
        let withoutQuery = url.prefix { $0 != "?" && $0 != "#" }
        let pieces = withoutQuery.split(separator: "/")
        // Of `https://host` the host is the last piece, and no name.
        guard pieces.count > 2, let last = pieces.last else { return "image" }
        return String(last)
    }

    private static func type(ofName name: String) -> String {
        let ending = name.split(separator: ".").last.map { $0.lowercased() }
        return switch ending {
        case "jpg", "jpeg": "image/jpeg"
        case "png": "image/png"
        case "gif": "image/gif"
        case "webp": "image/webp"
        default: "image/*"
        }
    }
}
