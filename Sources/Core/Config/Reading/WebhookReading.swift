extension ReadingContext {
    static let webhookKeys = ["url", "secret", "secrets", "events", "allow_private"]

    func webhooks(_ reader: MappingReader, _ vocabulary: ConfigurationVocabulary) -> [WebhookConfiguration] {
        var webhooks: [WebhookConfiguration] = []
        for item in reader.list("webhooks") ?? [] {
            guard let inner = MappingReader(item, "each of 'webhooks'", keys: Self.webhookKeys, in: self) else {
                continue
            }
            inner.require("url", in: "a webhook")
            let allowPrivate = inner.flag("allow_private") ?? false
            let url = webhookURL(inner, allowPrivate: allowPrivate)
            let secrets = webhookSecrets(inner)
            let events = inner.values("events") { item, text in self.eventName(item, text, vocabulary) }
            inner.refuseEmptyList("events")
            guard let url else { continue }
            webhooks.append(
                WebhookConfiguration(url: url, secrets: secrets, events: events, allowPrivate: allowPrivate)
            )
        }
        return webhooks
    }

    private func webhookSecrets(_ reader: MappingReader) -> [Secret] {
        if !reader.has("secret"), !reader.has("secrets") { error(reader.mark, "a webhook needs 'secret' or 'secrets'") }
        var secrets: [Secret] = []
        if let node = reader.node("secret"), let secret = secret(node, "'secret'", for: .signing) {
            secrets.append(secret)
        }
        let items = reader.list("secrets") ?? []
        reader.refuseEmptyList("secrets")
        return secrets + items.compactMap { secret($0, "each of 'secrets'", for: .signing) }
    }

    private func webhookURL(_ reader: MappingReader, allowPrivate: Bool) -> String? {
        guard let text = reader.text("url", maximum: 2048) else { return nil }
        guard let host = Self.webHost(of: text) else {
            error(reader.valueMark("url"), "'url' must be an http or https address without user name and fragment")
            return nil
        }
        let isPrivate = host == "localhost" || host.hasSuffix(".localhost") || PeerAddress(host)?.isPublic == false
        if isPrivate, !allowPrivate {
            warn(reader.valueMark("url"), "'url' points at a private address; without allow_private it is not called")
        }
        return text
    }

    /// The host of an http or https URL, without brackets and port; nil when it is none.
    private static func webHost(of url: String) -> String? {
        guard ConfigForm.isHeaderText(url), !url.contains("#"), let start = url.firstIndex(of: ":") else { return nil }
        guard ["http", "https"].contains(url[..<start].lowercased()), url[start...].hasPrefix("://") else { return nil }
        let authority = url[start...].dropFirst(3).prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { return nil }
        var host = authority
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]"), PeerAddress(String(authority[...end])) != nil else {
                return nil
            }
            host = authority[authority.index(after: authority.startIndex)..<end]
            guard isPortSuffix(authority[authority.index(after: end)...]) else { return nil }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            guard isPortSuffix(authority[colon...]) else { return nil }
        }
        return host.isEmpty ? nil : host.lowercased()
    }

    private static func isPortSuffix(_ text: Substring) -> Bool {
        text.isEmpty || QuantityText.integer(text.dropFirst()).map { (1...65_535).contains($0) } ?? false
    }

    /// `message.created`, or one of the known names when the caller gave them.
    private func eventName(_ item: YAMLNode, _ text: String, _ vocabulary: ConfigurationVocabulary) -> String? {
        if !vocabulary.webhookEvents.isEmpty {
            if vocabulary.webhookEvents.contains(text) { return text }
            error(item.mark, Wording.unknown("event", text, among: vocabulary.webhookEvents))
            return nil
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { ConfigForm.isLower($0) || $0 == UInt8(ascii: "_") }
        }
        if parts.count == 2, isName { return text }
        error(item.mark, "\(Wording.quoted(text)) is not an event such as message.created")
        return nil
    }
}
