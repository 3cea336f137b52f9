/// Takes a `multipart/form-data` body in as it comes: text fields into memory, files onto the disk while they are
/// digested. What it keeps is bounded by the rules however large the body is.
///
/// Used on one lane. After a rejection nothing more is taken, and the files so far are gone.
package struct MultipartIntake {
    /// What the bytes to come belong to.
    private enum Part {
        case none
        case field(name: String, value: [UInt8])
        /// A file input in which nothing was chosen, unless bytes come after all.
        case unnamed(MultipartPartHead)
        case file(MultipartPartHead, BlobWriter)
    }

    private let rules: IntakeRules
    private let blobs: BlobStore
    private let log: Log
    private var parser: MultipartParser
    private var part = Part.none
    private var form = ReceivedForm()
    private var fieldBytes = 0
    private var rejection: Rejection?

    /// The boundary must be one that `MultipartBoundary` gave.
    package init(boundary: [UInt8], rules: IntakeRules, blobs: BlobStore, log: Log) {
        self.rules = rules
        self.blobs = blobs
        self.log = log
        parser = MultipartParser(boundary: boundary, limits: MultipartLimits(parts: rules.parts))
    }

    /// Takes the next piece of the body.
    package mutating func take(_ bytes: Span<UInt8>) throws(Rejection) {
        if let rejection { throw rejection }
        do throws(Rejection) {
            var offset = 0
            var event = parser.next(bytes, at: &offset)
            while event != .needMore {
                try take(event, of: bytes)
                event = parser.next(bytes, at: &offset)
            }
        } catch {
            abort()
            rejection = error
            throw error
        }
    }

    /// The form, when the body has ended.
    package mutating func finish() throws(Rejection) -> ReceivedForm {
        if let rejection { throw rejection }
        if let violation = parser.finish() {
            abort()
            let error = Self.rejection(of: violation)
            rejection = error
            throw error
        }
        return form
    }

    /// Drops everything, files included: the request ends here.
    package mutating func abort() {
        if case .file(_, let writer) = part { writer.discard() }
        part = .none
        for file in form.files { file.staged.discard() }
        form = ReceivedForm()
    }

    private static func rejection(of violation: MultipartViolation) -> Rejection {
        Rejection(.malformed, "Malformed multipart body: \(violation.rawValue)")
    }

    private mutating func take(_ event: MultipartEvent, of bytes: Span<UInt8>) throws(Rejection) {
        switch event {
        case .partBegin(let head): try begin(head)
        case .partData(let range): try append(bytes.extracting(range))
        case .partDataHeld(let held): try append(held.span)
        case .partEnd: try end()
        case .violation(let violation): throw Self.rejection(of: violation)
        case .needMore, .end: break
        }
    }

    private mutating func begin(_ head: MultipartPartHead) throws(Rejection) {
        switch head.filename {
        case nil:
            try count(head.name.utf8.count, for: head.name)
            part = .field(name: head.name, value: [])
        case "": part = .unnamed(head)
        default: part = .file(head, try open(head))
        }
    }

    private mutating func append(_ bytes: Span<UInt8>) throws(Rejection) {
        switch part {
        case .none: break
        case .field(let name, var value):
            try count(bytes.count, for: name)
            // Without the copy in `part` the value grows in place.
            part = .none
            value.append(bytes: bytes)
            part = .field(name: name, value: value)
        case .unnamed(let head):
            let writer = try open(head)
            part = .file(head, writer)
            try write(bytes, to: writer, of: head)
        case .file(let head, let writer):
            try write(bytes, to: writer, of: head)
        }
    }

    private mutating func end() throws(Rejection) {
        let ended = part
        switch ended {
        case .none, .unnamed: break
        case .field(let name, let value):
            guard let text = String(decodingUTF8: value) else {
                throw Rejection.invalid(name, "\(name) must be valid UTF-8")
            }
            form.fields.append((name, text))
        case .file(let head, let writer):
            let staged: StagedBlob
            do throws(SystemError) {
                staged = try writer.finish()
            } catch {
                throw unavailable(error)
            }
            form.files.append(
                ReceivedFile(
                    fieldName: head.name,
                    fileName: head.sanitizedFilename ?? "file",
                    declaredType: head.contentType,
                    size: Int64(staged.size),
                    hash: staged.hash,
                    staged: staged
                )
            )
        }
        part = .none
    }

    private mutating func count(_ bytes: Int, for name: String) throws(Rejection) {
        fieldBytes += bytes
        guard fieldBytes <= rules.fieldBytes else {
            let most = IntakeRules.words(bytes: rules.fieldBytes)
            throw .invalid(name, "Form fields may have \(most) together")
        }
    }

    private func open(_ head: MultipartPartHead) throws(Rejection) -> BlobWriter {
        guard form.files.count < rules.files else {
            let message = rules.files == 0 ? "No files are accepted" : "At most \(rules.files) files are accepted"
            throw Rejection(.tooManyFiles, message, field: head.name)
        }
        return blobs.makeWriter()
    }

    private func write(_ bytes: Span<UInt8>, to writer: BlobWriter, of head: MultipartPartHead) throws(Rejection) {
        guard bytes.count <= rules.fileBytes - writer.size else {
            let name = head.sanitizedFilename ?? head.name
            let most = IntakeRules.words(bytes: rules.fileBytes)
            throw Rejection(.fileTooLarge, "File too large: \(name) (at most \(most))", field: head.name)
        }
        do throws(SystemError) {
            try writer.write(bytes)
        } catch {
            throw unavailable(error)
        }
    }

    private func unavailable(_ error: SystemError) -> Rejection {
        log.error("an upload could not be written", .error(error))
        return .unavailable
    }
}
