import Core
import Testing

/// Content-Disposition, file names and boundaries.
@Suite struct MultipartHeadTests {
    /// What a part with this Content-Disposition is taken for; nil when it is refused.
    private static func head(_ disposition: String) -> MultipartPartHead? {
        head(Array(disposition.utf8))
    }

    private static func head(_ disposition: [UInt8]) -> MultipartPartHead? {
        let body = Array("--b\r\nContent-Disposition: ".utf8) + disposition + Array("\r\n\r\n\r\n--b--".utf8)
        let outcome = MultipartFeed.outcome(of: body)
        #expect((outcome.violation == .malformedContentDisposition) == outcome.parts.isEmpty)
        return outcome.parts.first?.head
    }

    @Test(
        arguments: [
            ("form-data; name=a", "a", nil),
            ("form-data;name=\"a\"", "a", nil),
            ("form-data ; name=\"a\" ; ", "a", nil),
            ("FORM-DATA; Name=\"a b\"", "a b", nil),
            ("form-data; name=attachments[0]", "attachments[0]", nil),
            ("form-data; name=\"a;b=\\\"c\\\"\"", "a;b=\"c\"", nil),
            ("form-data; name=\"a%22b%0D%0A%25\"", "a\"b%0D%0A%25", nil),
            ("form-data; name=\"Größe\"", "Größe", nil),
            ("form-data; filename=\"x.png\"; name=\"a\"", "a", "x.png"),
            ("form-data; name=a; filename=x.png; size=3", "a", "x.png"),
            ("form-data; name=a; filename=\"\"", "a", ""),
            ("form-data; name=a; filename=\"C:\\dir\\x.png\"", "a", "C:\\dir\\x.png"),
            ("form-data; name=a; filename=\"a\\\\b\\\".png\"", "a", "a\\b\".png"),
            ("form-data; name=a; filename=\"猫.png\"", "a", "猫.png"),
            ("form-data; name=a; filename=\"../../etc/passwd\"", "a", "../../etc/passwd"),
            ("form-data; name=a; filename*=UTF-8''%E7%8C%AB.png", "a", "猫.png"),
            ("form-data; name=a; filename=cat.png; filename*=utf-8'en'%E7%8C%AB.png", "a", "猫.png"),
            ("form-data; name=a; filename*=iso-8859-1'de'%FC.png", "a", "ü.png"),
            ("form-data; name=a; filename*=\"UTF-8''a%22b\"", "a", "a\"b"),
        ] as [(String, String, String?)]
    )
    func dispositionsThatAreRead(_ disposition: String, name: String, filename: String?) {
        #expect(Self.head(disposition) == MultipartPartHead(name: name, filename: filename))
    }

    @Test(arguments: [
        "", "form-data", "form-data;", "form-data; name=", "form-data; name=\"\"", "form-data; name", "form-data; =a",
        "attachment; name=a", "inline; name=a", "form-data, name=a", "form-data; name=\"a", "form-data; name=\"a\\\"",
        "form-data; name=\"a\"b", "form-data; name=a b", "form-data; name=a\"b", "form-data; name=a; name=b",
        "form-data; name=a; filename=x; filename=y", "form-data; name=a; NAME=a", "name=a", "; name=a",
        "form-data; na me=a", "form-data; name =a", "form-data; name=a; filename*=x.png",
        "form-data; name=a; filename*=UTF-8''%E7%8C", "form-data; name=a; filename*=UTF-8''%zz",
        "form-data; name=a; filename*=UTF-8''a%0D%0Ab", "form-data; name=a; filename*=UTF-8''a%00",
        "form-data; name=a; filename*=koi8-r''a", "form-data; name=a" + String(repeating: "; x=y", count: 2),
        "form-data; name=a" + (0..<16).map { "; x\($0)=y" }.joined(),
    ])
    func dispositionsThatAreRefused(_ disposition: String) {
        #expect(Self.head(disposition) == nil)
    }

    @Test func namesMustBeUTF8AndFileNamesAreRepaired() {
        #expect(Self.head(Array("form-data; name=\"".utf8) + [0xFC, 0x22]) == nil)
        let head = Self.head(Array("form-data; name=a; filename=\"".utf8) + [0xFC, 0x22])
        #expect(head == MultipartPartHead(name: "a", filename: "\u{FFFD}"))
    }

    @Test(
        arguments: [
            ("x.png", "x.png"), ("../../etc/passwd", "passwd"), ("C:\\dir\\x.png", "x.png"), ("/a\\b/c", "c"),
            ("a/", nil), ("", nil), ("..", nil), (" . ", nil), (".htaccess", "htaccess"), ("x.exe. . ", "x.exe"),
            ("a\u{202E}gnp.exe", "agnp.exe"), ("a\r\nb\0c\u{7F}\u{85}.txt", "abc.txt"), ("\u{FEFF}a\u{200F}", "a"),
            ("猫 \"x\".png", "猫 \"x\".png"),
        ] as [(String, String?)]
    )
    func sanitizedFilenames(_ filename: String, sanitized: String?) {
        #expect(MultipartPartHead(name: "a", filename: filename).sanitizedFilename == sanitized)
    }

    @Test func longFilenamesKeepTheirExtension() {
        let long = MultipartPartHead(name: "a", filename: String(repeating: "猫", count: 200) + ".jpeg")
        #expect(long.sanitizedFilename == String(repeating: "猫", count: 83) + ".jpeg")
        let bare = MultipartPartHead(name: "a", filename: String(repeating: "x", count: 300))
        #expect(bare.sanitizedFilename == String(repeating: "x", count: 255))
        #expect(MultipartPartHead(name: "a").sanitizedFilename == nil)
    }

    @Test(arguments: [
        ("multipart/form-data; boundary=abc", "abc"),
        ("Multipart/Form-Data;boundary=\"a b:c\"", "a b:c"),
        ("multipart/form-data; charset=utf-8; Boundary=----WebKitFormBoundaryA1", "----WebKitFormBoundaryA1"),
        ("multipart/form-data; boundary=a'()+_,-./:=?b", "a'()+_,-./:=?b"),
        ("multipart/form-data; boundary=abc ; x=y", "abc"),
        ("multipart/form-data; boundary=" + String(repeating: "a", count: 70), String(repeating: "a", count: 70)),
    ])
    func boundaries(_ contentType: String, boundary: String) {
        #expect(MultipartBoundary.parse(contentType: contentType) == Array(boundary.utf8))
        #expect(MultipartBoundary.isFormData(contentType: contentType))
    }

    @Test(arguments: [
        "multipart/form-data", "multipart/form-data;", "multipart/form-data; boundary=",
        "multipart/form-data; boundary",
        "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=\"a \"",
        "multipart/form-data; boundary=\"a",
        "multipart/form-data; boundary=a;boundary=a", "multipart/form-data; boundary=a*b",
        "multipart/form-data; boundary=a\"b", "multipart/form-data; boundary=ä",
        "multipart/form-data; boundary=\"a\r\nb\"",
        "multipart/form-data; boundary=" + String(repeating: "a", count: 71),
    ])
    func boundariesThatAreNone(_ contentType: String) {
        #expect(MultipartBoundary.parse(contentType: contentType) == nil)
        #expect(MultipartBoundary.isFormData(contentType: contentType))
    }

    @Test(arguments: ["", "multipart/mixed; boundary=a", "application/json", "multipart/form-datax; boundary=a"])
    func otherTypes(_ contentType: String) {
        #expect(MultipartBoundary.parse(contentType: contentType) == nil)
        #expect(!MultipartBoundary.isFormData(contentType: contentType))
    }
}
