/// What a secret is used for, which decides what it may look like.
enum SecretUse {
    /// It travels in a header, so visible ASCII only; short ones are warned about.
    case bearer
    /// It signs webhooks: base64 as Standard Webhooks has it, with or without `whsec_`; short ones are warned about.
    case signing
    /// Its form is checked by whoever asked.
    case key
}

extension ReadingContext {
    /// Largest secret, in bytes.
    private static let maximumSecret = 64 * 1024
    /// Secrets shorter than this are warned about.
    private static let weakLength = 16
    /// What the Standard Webhooks specification asks for at least.
    private static let weakWebhookKey = 24

    /// A secret: text with `${…}` in it, or `{file: path}`.
    func secret(_ node: YAMLNode, _ what: String, for use: SecretUse) -> Secret? {
        let found: Secret?
        switch node.content {
        case .mapping:
            guard let reader = MappingReader(node, what, keys: ["file"], in: self) else { return nil }
            reader.require("file", in: what)
            guard let name = reader.text("file", maximum: 4096) else { return nil }
            found = fileSecret(name, what, at: reader.valueMark("file"))
        case .scalar(let text, _) where !node.isNull:
            found = expandedSecret(text, what, at: node.mark)
        case .refused:
            return nil
        default:
            error(node.mark, "\(what) must be text, ${ENV}, ${ENV:-default} or {file: path}, not \(node.kindName)")
            return nil
        }
        guard let found else { return nil }
        return check(found, what, for: use, at: node.mark) ? found : nil
    }

    /// The content of a file as a secret; one newline at its end is not part of it.
    func fileSecret(_ name: String, _ what: String, at mark: SourceMark) -> Secret? {
        let bytes: [UInt8]
        do {
            bytes = try files.readFile(path(of: name), Self.maximumSecret)
        } catch {
            self.error(mark, "\(what): file \(Wording.quoted(name)) \(error.sentence)")
            return nil
        }
        guard bytes.count <= Self.maximumSecret else {
            error(mark, "\(what): file \(Wording.quoted(name)) is too large")
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            error(mark, "\(what): file \(Wording.quoted(name)) is not UTF-8 text")
            return nil
        }
        return Secret(text.last?.isNewline == true ? String(text.dropLast()) : text)
    }

    private func expandedSecret(_ text: String, _ what: String, at mark: SourceMark) -> Secret? {
        do {
            let expansion = try SecretTemplate(text).expand(environment)
            if let name = expansion.defaulted.first {
                warn(mark, .defaultSecret, "\(what) is still the default in this file; set \(name)")
            }
            return Secret(expansion.value, isDefault: !expansion.defaulted.isEmpty)
        } catch {
            switch error {
            case .unterminated: self.error(mark, "\(what): '${' without its '}'")
            case .badName(let name): self.error(mark, "\(what): \(Wording.quoted(name)) is no variable name")
            case .unset(let name): self.error(mark, "\(what): environment variable \(name) is not set")
            }
            return nil
        }
    }

    private func check(_ secret: Secret, _ what: String, for use: SecretUse, at mark: SourceMark) -> Bool {
        guard !secret.value.isEmpty else {
            error(mark, "\(what) must not be empty")
            return false
        }
        if use == .bearer, !ConfigForm.isHeaderText(secret.value) {
            error(mark, "\(what) may have visible ASCII characters only, since it travels in a header")
            return false
        }
        var length = secret.value.utf8.count
        var needed = use == .key ? 0 : Self.weakLength
        if use == .signing {
            guard let decoded = Self.webhookKeyLength(secret.value) else {
                error(mark, "\(what) must be base64, with or without 'whsec_' before it")
                return false
            }
            (length, needed) = (decoded, Self.weakWebhookKey)
        }
        if !secret.isDefault, length < needed {
            warn(mark, .weakSecret, "\(what) is shorter than \(needed) bytes")
        }
        return true
    }

    /// How many bytes a webhook's secret stands for; nil when it is not base64 or empty.
    private static func webhookKeyLength(_ text: String) -> Int? {
        let digits = (text.hasPrefix("whsec_") ? text.dropFirst(6) : text[...]).utf8
        let significant = digits.count - digits.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        let isBase64 = digits.prefix(significant).allSatisfy {
            ConfigForm.isLetter($0) || ConfigForm.isDigit($0) || "+/".utf8.contains($0)
        }
        return isBase64 && significant >= 2 && significant % 4 != 1 ? significant * 3 / 4 : nil
    }
}
