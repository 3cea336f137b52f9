import Core
import Testing

@Suite struct FileSnifferTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var type: String
        var width: Int?
        var height: Int?
        var duration: Double?

        init(
            _ name: String,
            _ bytes: [UInt8],
            _ type: String,
            _ width: Int? = nil,
            _ height: Int? = nil,
            duration: Double? = nil
        ) {
            self.name = name
            self.bytes = bytes
            self.type = type
            self.width = width
            self.height = height
            self.duration = duration
        }

        var testDescription: String { "\(name) \(type)" }
    }

    static let samples: [Sample] = [
        Sample("a.png", FileSamples.png(), "image/png", 640, 480),
        Sample("a.gif", FileSamples.gif(), "image/gif", 10, 20),
        Sample("A.JPG", FileSamples.jpeg(), "image/jpeg", 800, 600),
        Sample("a.jpeg", FileSamples.jpeg(frame: 0xC2), "image/jpeg", 800, 600),
        Sample("a.webp", FileSamples.webpLossy(), "image/webp", 320, 240),
        Sample("a.webp", FileSamples.webpLossless(), "image/webp", 33, 44),
        Sample("a.webp", FileSamples.webpExtended(), "image/webp", 4000, 3000),
        Sample("a.pdf", FileSamples.pdf, "application/pdf"),
        Sample("a.doc", FileSamples.compoundFile, "application/msword"),
        Sample("a.xls", FileSamples.compoundFile, "application/vnd.ms-excel"),
        Sample(
            "a.docx",
            FileSamples.zip,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        ),
        Sample("a.xlsx", FileSamples.zip, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        Sample("a.txt", FileSamples.ascii("Grüße,\r\n\tJane\n"), "text/plain"),
        Sample("latin.txt", [0x47, 0x72, 0xFC, 0xDF, 0x65], "text/plain"),
        Sample("a.mp3", FileSamples.mp3Tagged, "audio/mpeg"),
        Sample("a.mp3", FileSamples.mp3Bare, "audio/mpeg"),
        Sample("a.wav", FileSamples.wav(), "audio/wav", duration: 1.5),
        Sample("a.wav", FileSamples.wav(seconds: 2, declared: 0), "audio/wav", duration: 2),
        Sample("a.wav", FileSamples.wav(seconds: 2, declared: 0xFFFF_FFFF), "audio/wav", duration: 2),
        Sample("a.mp4", FileSamples.mp4(), "video/mp4", duration: 2.5),
        Sample("a.m4a", FileSamples.mp4(brand: "M4A ", film: 0), "audio/mp4", duration: 2.5),
        Sample("a.mp4", FileSamples.mp4(header: FileSamples.longMovieHeader), "video/mp4", duration: 7200),
        Sample("a.ogg", FileSamples.vorbis(), "audio/ogg", duration: 3),
        Sample("a.ogg", FileSamples.opus(), "audio/ogg", duration: 4),
        Sample("a.webm", FileSamples.webm, "video/webm"),
    ]

    @Test(arguments: samples)
    func recognised(sample: Sample) throws {
        let scene = try UploadScene()
        for declared in [nil, "application/octet-stream", "multipart/form-data", sample.type, sample.type + "; x=y"] {
            let file = try scene.recognize(sample.name, sample.bytes, type: declared)
            #expect(file.mediaType == sample.type)
            #expect(file.width == sample.width)
            #expect(file.height == sample.height)
            #expect(file.duration == sample.duration)
            #expect(file.name == sample.name)
            #expect(file.size == Int64(sample.bytes.count))
            let digest = ContentDigestKey(secret: UploadScene.secret).digest(of: sample.bytes)
            #expect(file.contentDigest == Array(digest.prefix(16)))
        }
    }

    /// No cut makes a reader fail: a header that cannot be read only means that there are no measures.
    @Test(arguments: samples)
    func truncatedAnywhere(sample: Sample) throws {
        let scene = try UploadScene()
        let end = min(sample.bytes.count, 700)
        for length in stride(from: 1, to: end, by: length(of: end)) {
            do {
                let file = try scene.recognize(sample.name, Array(sample.bytes.prefix(length)))
                #expect(file.mediaType == sample.type)
                #expect((file.width == nil) == (file.height == nil))
            } catch let rejection as Rejection {
                #expect(rejection.reason == .unsupportedFile)
            }
        }
    }

    private func length(of end: Int) -> Int { end < 100 ? 1 : 7 }

    /// Numbers in headers may be anything; the worst they do is to take the measures away.
    @Test(arguments: samples)
    func damagedAnywhere(sample: Sample) throws {
        let scene = try UploadScene()
        let random = SeededRandom(seed: 11)
        for _ in 0..<60 {
            var bytes = sample.bytes
            for _ in 0..<4 {
                let index = Int(random.next(below: UInt64(min(bytes.count, 300))))
                bytes[index] = [0x00, 0x01, 0x7F, 0x80, 0xFF][Int(random.next(below: 5))]
            }
            do {
                let file = try scene.recognize(sample.name, bytes)
                #expect(file.mediaType == sample.type)
                #expect((file.duration ?? 1) > 0)
            } catch let rejection as Rejection {
                #expect(rejection.reason == .unsupportedFile)
            }
        }
    }

    @Test func measuresBehindLargeSegments() throws {
        let scene = try UploadScene()
        let exif: [UInt8] = [0xFF, 0xE1, 0xFF, 0xFF] + [UInt8](repeating: 0xC0, count: 65_533)
        let file = try scene.recognize("a.jpg", FileSamples.jpeg(before: exif + exif + [0xFF, 0xFF, 0xFF]))
        #expect(file.width == 800)
        #expect(file.height == 600)
    }

    @Test func headersThatLie() throws {
        let scene = try UploadScene()
        let unmeasured: [(String, [UInt8])] = [
            ("a.png", FileSamples.png(0, 10)),
            ("a.png", FileSamples.png(0xFFFF_FFFF, 0xFFFF_FFFF)),
            ("a.jpg", FileSamples.jpeg(100, 0)),
            ("a.jpg", FileSamples.jpeg(before: [0xFF, 0xE1, 0, 0])),
            ("a.jpg", FileSamples.jpeg(before: [0xFF, 0xE1, 0, 1])),
            ("a.jpg", FileSamples.jpeg(before: [0xFF, 0xDA])),
            ("a.jpg", [0xFF, 0xD8] + [UInt8](repeating: 0xFF, count: 100_000)),
            // More segments than anybody writes, each far from the last.
            ("a.jpg", FileSamples.jpeg(before: Array((0..<200).map { _ in jump }.joined()))),
            ("a.mp4", FileSamples.mp4(header: FileSamples.box("mvhd", [0, 0, 0, 0]))),
            ("a.mp4", FileSamples.mp4(header: FileSamples.box("free", Array((0..<90).map { _ in emptyBox }.joined())))),
            ("a.mp4", FileSamples.ascii("\0\0\0\u{10}ftypisom") + [0, 0, 0, 0] + [0xFF, 0xFF, 0xFF, 0xFF]),
            (
                "a.mp4",
                FileSamples.box("ftyp", FileSamples.ascii("isom")) + [0, 0, 0, 1] + FileSamples.ascii("moov")
                    + [UInt8](repeating: 0xFF, count: 8)
            ),
            (
                "a.wav",
                FileSamples.ascii("RIFF") + [0, 0, 0, 0] + FileSamples.ascii("WAVE") + [UInt8](repeating: 0, count: 900)
            ),
            (
                "a.ogg",
                FileSamples.oggPage([1] + FileSamples.ascii("vorbis") + [UInt8](repeating: 0, count: 20), granule: 5)
            ),
        ]
        for (name, bytes) in unmeasured {
            let file = try scene.recognize(name, bytes)
            #expect(file.width == nil && file.height == nil && file.duration == nil, "\(name) \(bytes.prefix(24))")
        }
    }

    private var jump: [UInt8] { [0xFF, 0xE2] + FileSamples.big(9000, 2) + [UInt8](repeating: 0, count: 8998) }
    private var emptyBox: [UInt8] { FileSamples.box("skip", []) }

    static let refusals: [(name: String, bytes: [UInt8], type: String?)] = [
        // Wrong extension.
        ("a.jpg", FileSamples.png(), nil),
        ("a.png", FileSamples.jpeg(), nil),
        ("a.pdf", FileSamples.zip, nil),
        ("a.doc", FileSamples.zip, nil),
        ("a.docx", FileSamples.compoundFile, nil),
        ("a.txt", FileSamples.png(), nil),
        ("a.mp4", FileSamples.webm, nil),
        ("a.webm", FileSamples.matroska, nil),
        ("a.mp4", FileSamples.box("ftyp", FileSamples.ascii("heic")), nil),
        // Wrong declaration.
        ("a.png", FileSamples.png(), "image/jpeg"),
        ("a.png", FileSamples.png(), "text/html"),
        ("a.png", FileSamples.png(), "audio/*"),
        ("a.txt", FileSamples.ascii("hello"), "text/html"),
        // Not taken at all.
        ("a.exe", FileSamples.ascii("MZ") + [0, 1, 2], nil),
        ("a.zip", FileSamples.zip, "application/zip"),
        ("a.bmp", FileSamples.ascii("BM") + [0, 1, 2], nil),
        ("noending", FileSamples.ascii("text"), nil),
        ("noending", FileSamples.zip, nil),
        (".png", FileSamples.ascii("text"), nil),
        ("a.png.exe", FileSamples.png(), nil),
        ("a.", FileSamples.ascii("text"), nil),
        // Documents, whatever they are called.
        ("a.jpg", FileSamples.ascii("<html><script>alert(1)</script>"), "image/jpeg"),
        ("a.txt", FileSamples.ascii("\u{FEFF} \r\n<!DOCTYPE html><p>"), "text/plain"),
        ("a.txt", FileSamples.ascii("<ScRiPt>alert(1)</script>"), nil),
        ("a.png", FileSamples.ascii("<?xml version=\"1.0\"?><svg onload=\"x\"/>"), nil),
        ("a.svg", FileSamples.ascii("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), "image/svg+xml"),
        ("a.html", FileSamples.ascii("hello"), "text/html"),
        // Text that is none.
        ("a.txt", FileSamples.ascii("a\0b"), nil),
        ("a.txt", [0x1B, 0x5B, 0x41], nil),
        ("a.txt", [0x61, 0x81, 0x62], nil),
        // Half a signature.
        ("a.jpg", [0xFF, 0xD8], nil),
        ("a.png", [0x89, 0x50, 0x4E, 0x47], nil),
        ("a.mp3", [0xFF, 0xFB, 0x90, 0x00] + [UInt8](repeating: 0, count: 600), nil),
        ("a.mp3", [0xFF, 0xFE, 0x41, 0x00], nil),
        // A picture behind something else.
        ("a.png", FileSamples.ascii("GIF8") + FileSamples.png(), nil),
        ("a.pdf", FileSamples.ascii("x%PDF-1.7"), nil),
    ]

    @Test(arguments: refusals)
    func refused(name: String, bytes: [UInt8], type: String?) throws {
        let scene = try UploadScene()
        let error = #expect(throws: Rejection.self) { try scene.recognize(name, bytes, type: type) }
        #expect(error?.reason == .unsupportedFile)
        #expect(error?.field == "files")
    }

    @Test func polyglotsAreWhatTheirFirstBytesSay() throws {
        let scene = try UploadScene()
        let script = FileSamples.ascii("/*<script>alert(1)</script><?php phpinfo(); ?>")
        #expect(try scene.recognize("a.gif", FileSamples.gif() + script).mediaType == "image/gif")
        #expect(try scene.recognize("a.jpg", FileSamples.jpeg() + FileSamples.zip).mediaType == "image/jpeg")
        #expect(throws: Rejection.self) { try scene.recognize("a.zip", FileSamples.jpeg() + FileSamples.zip) }
    }

    @Test func emptyFilesAreMalformed() throws {
        let scene = try UploadScene()
        let error = #expect(throws: Rejection.self) { try scene.recognize("a.txt", []) }
        #expect(error?.reason == .malformed)
        #expect(error?.field == "files")
    }

    @Test func withoutExtensionTheBytesTell() throws {
        let scene = try UploadScene()
        #expect(try scene.recognize("blob", FileSamples.png(), type: "image/png").mediaType == "image/png")
        #expect(try scene.recognize("blob", FileSamples.png(), type: "image/*").mediaType == "image/png")
        #expect(throws: Rejection.self) { try scene.recognize("blob", FileSamples.png(), type: "image/gif") }
        #expect(throws: Rejection.self) { try scene.recognize("blob", FileSamples.pdf, allowed: .images) }
    }

    @Test func containersOfSoundOrFilmKeepWhatWasDeclared() throws {
        let scene = try UploadScene()
        #expect(
            try scene.recognize("voice.webm", FileSamples.webm, type: "audio/webm;codecs=opus").mediaType
                == "audio/webm"
        )
        #expect(try scene.recognize("voice.mp4", FileSamples.mp4(), type: "audio/mp4").mediaType == "audio/mp4")
    }

    @Test func listsOfDialects() throws {
        let scene = try UploadScene()
        #expect(throws: Rejection.self) { try scene.recognize("a.mp3", FileSamples.mp3Bare, allowed: .localPro) }
        #expect(throws: Rejection.self) { try scene.recognize("a.pdf", FileSamples.pdf, allowed: .images) }
        #expect(try scene.recognize("a.webp", FileSamples.webpLossy(), allowed: .images).isImage)
    }

    @Test func listOfATenant() throws {
        let scene = try UploadScene()
        let types = FileTypes.localPro.replaced(by: ["CSV", "dwg", "svg", "html"])
        #expect(types.extensions == ["csv", "dwg"])
        #expect(FileTypes.localPro.replaced(by: nil) == .localPro)
        let table = FileSamples.ascii("a;b\n1;2\n")
        #expect(
            try scene.recognize("a.csv", table, type: "application/vnd.ms-excel", allowed: types).mediaType
                == "text/csv"
        )
        let drawing = FileSamples.ascii("AC1027") + [0, 0, 0, 1]
        #expect(try scene.recognize("a.dwg", drawing, allowed: types).mediaType == "application/octet-stream")
        for hostile in [FileSamples.png(), FileSamples.ascii("<html>")] {
            #expect(throws: Rejection.self) { try scene.recognize("a.dwg", hostile, allowed: types) }
        }
        #expect(throws: Rejection.self) { try scene.recognize("a.dwg", drawing, type: "image/png", allowed: types) }
        #expect(throws: Rejection.self) { try scene.recognize("a.png", FileSamples.png(), allowed: types) }
    }

    @Test func aFileThatIsGoneIsUnavailable() throws {
        let scene = try UploadScene()
        let file = try scene.received("a.png", FileSamples.png())
        file.staged.discard()
        let sniffer = FileSniffer(ids: CountingIDs(), log: scene.log)
        let error = #expect(throws: Rejection.self) { try sniffer.recognize(file, allowed: .images) }
        #expect(error?.reason == .unavailable)
        #expect(scene.sink.lines.count == 1)
    }
}
