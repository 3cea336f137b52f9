import Core

/// The body of a client's request: a JSON object; as an extension also a form, and an object wrapped in `data`.
enum ClientBody {
    static func fields(of context: RequestContext, settings: ZenSettings) throws(Rejection) -> ZenFields {
        if case .form(let form) = context.body { return ZenFields(form: form) }
        guard settings.hasExtensions else {
            return ZenFields(json: try context.jsonObject(), numbersMayBeText: false)
        }
        if case .bytes(let bytes) = context.body, isForm(context, bytes) {
            guard let items = QueryItems(bytes.span) else { throw Rejection(.malformed, "Malformed form body") }
            return ZenFields(query: items)
        }
        return ZenFields(json: unwrapped(try context.jsonObject()), numbersMayBeText: true)
    }

    /// By the declared type, unless what came is an object all the same: some tools declare a form for whatever they
    /// send.
    private static func isForm(_ context: RequestContext, _ bytes: [UInt8]) -> Bool {
        guard let type = context.head.field("content-type").flatMap({ HTTPMediaType($0) }),
            type.essence == "application/x-www-form-urlencoded"
        else { return false }
        return bytes.first { !" \t\r\n".utf8.contains($0) } != UInt8(ascii: "{")
    }

    /// `{"data": {…}}`, as some HTTP wrappers send it.
    private static func unwrapped(_ object: JSONValue) -> JSONValue {
        guard object["email"] == nil, let inner = object["data"], inner.kind == .object else { return object }
        return inner
    }
}
