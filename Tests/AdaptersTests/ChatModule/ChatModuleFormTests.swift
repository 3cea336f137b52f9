import Core
import Testing

@testable import Adapters

/// Multipart messages: which fields are taken, and in which order.
struct ChatModuleFormTests {
    private typealias Samples = ChatModuleSamples

    /// A blob store in a folder of its own, gone with the test.
    private final class Folder {
        let path: String
        let blobs: BlobStore

        init() throws {
            path = try Files.makeTemporaryDirectory(prefix: "chat-module")
            blobs = try BlobStore(folder: path, secret: [1])
        }

        deinit { try? Files.removeTree(path) }

        func file(_ field: String, _ name: String) throws -> ReceivedFile {
            let writer = blobs.makeWriter()
            let bytes = Array(name.utf8)
            try writer.write(bytes.span)
            let staged = try writer.finish()
            return ReceivedFile(
                fieldName: field,
                fileName: name,
                declaredType: nil,
                size: Int64(staged.size),
                hash: staged.hash,
                staged: staged
            )
        }
    }

    private func draft(
        _ fields: [(name: String, value: String)],
        files names: [String],
        mode: DialectMode = .compat
    ) throws -> ChatModuleMessageDraft {
        let folder = try Folder()
        let files = try names.enumerated().map { try folder.file($0.element, "file\($0.offset)") }
        let settings = try Samples.settings(mode: mode)
        return try ChatModuleMessageDraft(ReceivedForm(fields: fields, files: files), settings: settings)
    }

    @Test func filesComeInTheOrderOfTheirIndices() throws {
        let draft = try draft(
            [("content", "Look"), ("other", "ignored")],
            files: ["attachments[10]", "attachments[0]", "attachments[2]"]
        )
        #expect(draft.content == "Look")
        #expect(draft.files.map(\.fileName) == ["file1", "file2", "file0"])
    }

    @Test(arguments: [[], [("content", "")], [("content", " ")]] as [[(String, String)]])
    func contentMayBeEmptyBesideAFile(fields: [(String, String)]) throws {
        let draft = try draft(fields.map { (name: $0.0, value: $0.1) }, files: ["attachments[0]"])
        #expect(draft.files.count == 1)
    }

    @Test func formMayHoldTextAlone() throws {
        #expect(try draft([("content", "Hi")], files: []).files.isEmpty)
        let rejection = #expect(throws: Rejection.self) { try draft([("content", " ")], files: []) }
        #expect(rejection?.field == "content")
    }

    @Test(arguments: ["attachments", "attachments[]"])
    func otherSpellingsAreForCompat(name: String) throws {
        #expect(try draft([], files: [name, name]).files.map(\.fileName) == ["file0", "file1"])
        let rejection = #expect(throws: Rejection.self) { try draft([], files: [name], mode: .strict) }
        #expect(rejection?.field == name)
    }

    @Test(arguments: ["file", "attachments[x]", "attachments[-1]", "attachments[1", "attachments[1234567890]"])
    func otherFileFieldsAreRefused(name: String) throws {
        let rejection = #expect(throws: Rejection.self) { try draft([("content", "Hi")], files: [name]) }
        #expect(rejection?.reason == .malformed)
        #expect(rejection?.field == name)
    }

    @Test func attachmentsMustBeFiles() throws {
        let rejection = #expect(throws: Rejection.self) {
            try draft([("content", "Hi"), ("attachments[0]", "data:…")], files: [])
        }
        #expect(rejection?.field == "attachments[0]")
    }

    @Test func filesAreCounted() throws {
        #expect(try draft([], files: (0..<5).map { "attachments[\($0)]" }).files.count == 5)
        let rejection = #expect(throws: Rejection.self) { try draft([], files: (0..<6).map { "attachments[\($0)]" }) }
        #expect(rejection?.reason == .tooManyFiles)
    }

    @Test func retriesAreToldByContentAndFiles() throws {
        let files = ["attachments[0]"]
        let first = try draft([("content", "Hi")], files: files).digestible
        #expect(try draft([("content", "Hi")], files: files).digestible == first)
        #expect(try draft([("content", "Ho")], files: files).digestible != first)
        #expect(try draft([("content", "Hi")], files: []).digestible != first)
    }
}
