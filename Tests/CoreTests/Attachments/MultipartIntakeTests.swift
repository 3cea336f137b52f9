import Core
import Testing

@Suite struct MultipartIntakeTests {
    private static let boundary = Array("XbX".utf8)

    /// A body of parts, each a header and content.
    private static func body(_ parts: (header: String, content: [UInt8])...) -> [UInt8] {
        var body: [UInt8] = []
        for part in parts {
            body += Array("--XbX\r\nContent-Disposition: form-data; \(part.header)\r\n\r\n".utf8)
            body += part.content + [13, 10]
        }
        return body + Array("--XbX--\r\n".utf8)
    }

    private static func intake(_ scene: UploadScene, _ rules: IntakeRules = IntakeRules()) -> MultipartIntake {
        MultipartIntake(boundary: boundary, rules: rules, blobs: scene.blobs, log: scene.log)
    }

    private static func receive(
        _ body: [UInt8],
        _ scene: UploadScene,
        _ rules: IntakeRules = IntakeRules(),
        cuts: [Int] = []
    ) throws(Rejection) -> ReceivedForm {
        var intake = intake(scene, rules)
        var start = 0
        for end in cuts + [body.count] {
            try intake.take(body.span.extracting(start..<end))
            start = end
        }
        return try intake.finish()
    }

    private static let image = FileSamples.png() + Array("\r\n--Xb\r\n--".utf8) + [0, 255, 13]
    private static let form = body(
        ("name=\"content\"", Array("Grüße".utf8)),
        ("name=\"files\"; filename=\"C:\\\\tmp\\\\screen shot.png\"\r\nContent-Type: image/png", image),
        ("name=\"empty\"; filename=\"\"\r\nContent-Type: application/octet-stream", []),
        ("name=\"content\"", []),
        ("name=\"attachments[0]\"; filename=\"b.txt\"", Array("hello".utf8))
    )

    private func check(_ form: ReceivedForm) throws {
        #expect(form.fields.map(\.name) == ["content", "content"])
        #expect(form.fields.map(\.value) == ["Grüße", ""])
        #expect(form.files.map(\.fieldName) == ["files", "attachments[0]"])
        #expect(form.files.map(\.fileName) == ["screen shot.png", "b.txt"])
        #expect(form.files.map(\.declaredType) == ["image/png", nil])
        #expect(form.files.map(\.size) == [Int64(Self.image.count), 5])
        let first = try #require(form.files.first)
        let digest = ContentDigestKey(secret: UploadScene.secret).digest(of: Self.image)
        #expect(first.contentDigest == Array(digest.prefix(16)))
        #expect(first.staged.hash == first.hash)
        #expect(try first.staged.open().read(at: 0, count: 1000) == Self.image)
    }

    @Test func wholeForm() throws {
        let scene = try UploadScene()
        try check(Self.receive(Self.form, scene))
    }

    @Test func cutAtEveryByte() throws {
        let scene = try UploadScene()
        for cut in 1..<Self.form.count { try check(Self.receive(Self.form, scene, cuts: [cut])) }
        try check(Self.receive(Self.form, scene, cuts: Array(1..<Self.form.count)))
        #expect(try scene.incoming().isEmpty)
    }

    @Test func truncatedAtEveryByte() throws {
        let scene = try UploadScene()
        // The last boundary is known by its hyphens; the line end after it may be missing.
        for length in 0..<Self.form.count - 2 {
            let error = #expect(throws: Rejection.self) { try Self.receive(Array(Self.form.prefix(length)), scene) }
            #expect(error?.reason == .malformed)
        }
        #expect(try scene.incoming().isEmpty)
    }

    struct Refusal: Sendable {
        let body: [UInt8]
        let rules: IntakeRules
        let reason: Rejection.Reason
        let field: String?
    }

    static let refusals: [Refusal] = [
        Refusal(
            body: body(("name=\"f\"; filename=\"a\"", [1, 2, 3, 4])),
            rules: IntakeRules(fileBytes: 3),
            reason: .fileTooLarge,
            field: "f"
        ),
        Refusal(
            body: body(("name=\"f\"; filename=\"a\"", [1]), ("name=\"g\"; filename=\"b\"", [2])),
            rules: IntakeRules(files: 1),
            reason: .tooManyFiles,
            field: "g"
        ),
        Refusal(
            body: body(("name=\"f\"; filename=\"a\"", [])),
            rules: IntakeRules(files: 0),
            reason: .tooManyFiles,
            field: "f"
        ),
        Refusal(
            body: body(("name=\"a\"", [0x61, 0xC3])),
            rules: IntakeRules(),
            reason: .malformed,
            field: "a"
        ),
        Refusal(
            body: body(("name=\"abc\"", [0x61, 0x61]), ("name=\"d\"", [0x61])),
            rules: IntakeRules(fieldBytes: 6),
            reason: .malformed,
            field: "d"
        ),
        Refusal(
            body: body(("name=\"a\"", []), ("name=\"b\"", [])),
            rules: IntakeRules(parts: 1),
            reason: .malformed,
            field: nil
        ),
        Refusal(
            body: body(("filename=\"b\"", [])),
            rules: IntakeRules(),
            reason: .malformed,
            field: nil
        ),
        Refusal(body: [], rules: IntakeRules(), reason: .malformed, field: nil),
    ]

    @Test(arguments: refusals)
    func refused(refusal: Refusal) throws {
        let scene = try UploadScene()
        for cuts in [[], Array(stride(from: 1, to: refusal.body.count, by: 1))] {
            let error = #expect(throws: Rejection.self) {
                try Self.receive(refusal.body, scene, refusal.rules, cuts: cuts)
            }
            #expect(error?.reason == refusal.reason)
            #expect(error?.field == refusal.field)
        }
        #expect(try scene.incoming().isEmpty)
    }

    @Test func exactlyAtTheLimitsIsFine() throws {
        let scene = try UploadScene()
        let body = Self.body(("name=\"f\"; filename=\"a\"", [1, 2, 3]), ("name=\"t\"", [0x61]))
        let form = try Self.receive(body, scene, IntakeRules(parts: 2, fileBytes: 3, files: 1, fieldBytes: 2))
        #expect(form.files.count == 1)
        #expect(form.field("t") == "a")
    }

    @Test func afterARejectionNothingMoreIsTaken() throws {
        let scene = try UploadScene()
        var intake = Self.intake(scene, IntakeRules(files: 0))
        let body = Self.body(("name=\"f\"; filename=\"a\"", [1]))
        for _ in 0..<2 {
            let error = #expect(throws: Rejection.self) { try intake.take(body.span) }
            #expect(error?.reason == .tooManyFiles)
        }
        let error = #expect(throws: Rejection.self) { try intake.finish() }
        #expect(error?.reason == .tooManyFiles)
    }

    @Test func abortedAtEveryByteLeavesNothing() throws {
        let scene = try UploadScene()
        for length in stride(from: 0, to: Self.form.count, by: 9) {
            var intake = Self.intake(scene)
            try intake.take(Self.form.span.extracting(0..<length))
            intake.abort()
            #expect(try scene.incoming().isEmpty)
        }
    }

    private static let large = [UInt8](repeating: 7, count: BlobWriter.pieceBytes + 1)

    @Test func aFormThatNobodyKeepsLeavesNothing() throws {
        let scene = try UploadScene()
        let body = Self.body(("name=\"f\"; filename=\"a\"", Self.large), ("name=\"f\"; filename=\"b\"", Self.large))
        do {
            let form = try Self.receive(body, scene)
            #expect(try scene.incoming().count == 2)
            try scene.blobs.keep(form.files[0].staged)
        }
        #expect(try scene.incoming().isEmpty)
    }

    @Test func smallFilesAreKeptOneByOne() throws {
        let scene = try UploadScene()
        let hash: [UInt8]
        do {
            let form = try Self.receive(Self.form, scene)
            try scene.blobs.keep(form.files[0].staged)
            hash = form.files[0].hash
        }
        let kept = try #require(try scene.blobs.open(hash: hash))
        #expect(try kept.read(at: 0, count: 1000) == Self.image)
    }

    @Test func anUnwritableFolderIsUnavailable() throws {
        let scene = try UploadScene()
        try Files.removeTree(scene.path("incoming"))
        let body = Self.body(("name=\"f\"; filename=\"a\"", Self.large))
        let error = #expect(throws: Rejection.self) { try Self.receive(body, scene) }
        #expect(error?.reason == .unavailable)
        #expect(scene.sink.lines.count == 1)
    }

    /// What the intake holds of a large file is nothing; the process may grow for other tests' sake, so that several
    /// tries are allowed.
    @Test func memoryStaysBounded() throws {
        let scene = try UploadScene()
        let piece = [UInt8](repeating: 0x2D, count: 16_384)
        let limit = 1 << 20
        var least = Int.max
        for _ in 0..<5 where least >= limit {
            var intake = Self.intake(scene)
            try intake.take(
                Array("--XbX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n".utf8).span
            )
            let before = try #require(ResourceLimits.residentBytes)
            for _ in 0..<640 { try intake.take(piece.span) }
            let after = try #require(ResourceLimits.residentBytes)
            least = min(least, after - before)
            try intake.take(Array("\r\n--XbX--".utf8).span)
            #expect(try intake.finish().files.first?.size == 10 << 20)
        }
        #expect(least < limit)
    }
}

extension UploadScene {
    func path(_ name: String) -> String { scratch.path + "/" + name }
}
