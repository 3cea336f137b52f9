import Core
import Testing

@Suite struct MultipartParserTests {
    /// A body with the boundary `b` and what is in it: names and values, and the violation it ends in.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let body: String
        let fields: [String]
        let violation: MultipartViolation?

        init(_ name: String, _ body: String, _ fields: [String], _ violation: MultipartViolation? = nil) {
            testDescription = name
            self.body = body
            self.fields = fields
            self.violation = violation
        }
    }

    private static let head = "Content-Disposition: form-data; name=a\r\n"
    private static let start = "--b\r\n\(head)\r\n"

    static let wellFormed: [Case] = [
        Case("one field", "\(start)x\r\n--b--\r\n", ["a=x"]),
        Case("no line end at the end", "\(start)x\r\n--b--", ["a=x"]),
        Case(
            "two fields",
            MultipartFeed.field("a", "1") + MultipartFeed.field("b", "2") + "--b--\r\n",
            ["a=1", "b=2"]
        ),
        Case(
            "one name twice",
            MultipartFeed.field("a", "1") + MultipartFeed.field("a", "2") + "--b--",
            ["a=1", "a=2"]
        ),
        Case("no parts", "--b--\r\n", []),
        Case("empty value", "\(start)\r\n--b--\r\n", ["a="]),
        Case("empty value without a line end of its own", "\(start)--b--\r\n", ["a="]),
        Case("two empty values", "\(start)\r\n\(start)\r\n--b--\r\n", ["a=", "a="]),
        Case("preamble", "This is\r\nmultipart -- b --b\r\n\r\n\(start)x\r\n--b--\r\n", ["a=x"]),
        Case("empty line before the first boundary", "\r\n\(start)x\r\n--b--\r\n", ["a=x"]),
        Case("epilogue", "\(start)x\r\n--b--\r\n\r\n--b\r\nthe end\r\n--b--", ["a=x"]),
        Case("epilogue at once", "\(start)x\r\n--b--and so on", ["a=x"]),
        Case(
            "white space after boundaries",
            "--b \t\r\n\(head)\r\nx\r\n--b\t\r\n\(head)\r\ny\r\n--b--  ",
            ["a=x", "a=y"]
        ),
        Case("boundary inside a line", "\(start)x--b\r\n --b--\r\n--b--", ["a=x--b\r\n --b--"]),
        Case("boundary after a line feed only", "\(start)x\n--b--\n--b\r\n--b--", ["a=x\n--b--\n--b"]),
        Case("boundary after a return only", "\(start)x\r--b--\r\n--b--", ["a=x\r--b--"]),
        Case("longer boundary", "\(start)x\r\n--bb\r\n--b1--\r\n--b--", ["a=x\r\n--bb\r\n--b1--"]),
        Case("boundary and one hyphen", "\(start)x\r\n--b-\r\n--b-x\r\n--b--", ["a=x\r\n--b-\r\n--b-x"]),
        Case("boundary and a lone return", "\(start)x\r\n--b\rx\r\n--b\r\r\n--b--", ["a=x\r\n--b\rx\r\n--b\r"]),
        Case("begins of the boundary", "\(start)\r\n-\r\n--\r\n\r\r\n-b\r\n--b--", ["a=\r\n-\r\n--\r\n\r\r\n-b"]),
        Case("lookalike at the begin of a value", "\(start)--bc\r\n--b--", ["a=--bc"]),
        Case("begin of a boundary at the begin of a value", "\(start)--\r\n--b--", ["a=--"]),
        Case("line ends only", "\(start)\r\n\r\n\r\n--b--", ["a=\r\n\r\n"]),
        Case("hyphens only", "\(start)----------\r\n--b--", ["a=----------"]),
        Case("NUL in content", "\(start)\0\u{1}\0\r\n--b--", ["a=\0\u{1}\0"]),
        Case("other fields", "--b\r\nX-A: 1\r\n\(head)X-A:\r\nX-B: \t2 \r\n\r\nx\r\n--b--", ["a=x"]),
        Case("case of names", "--b\r\nCONTENT-disposition:FORM-Data;NAME=a\r\n\r\nx\r\n--b--", ["a=x"]),
        Case("binary", "--b\r\n\(head)Content-Transfer-Encoding: Binary\r\n\r\nx\r\n--b--", ["a=x"]),
    ]

    static let malformed: [Case] = [
        Case("nothing", "", [], .noBoundary),
        Case("text", "hello", [], .noBoundary),
        Case("other boundary", "--c\r\n\(head)\r\nx\r\n--c--\r\n", [], .noBoundary),
        Case("ends in a boundary", "--b", [], .noBoundary),
        Case("ends in a header", "--b\r\nContent-Dis", [], .noBoundary),
        Case("ends in content", "\(start)x", ["a=x…"], .truncated),
        Case("ends before the last hyphen", "\(start)x\r\n--b-", ["a=x…"], .truncated),
        Case("ends after a part", "\(start)x\r\n--b\r\n", ["a=x"], .truncated),
        Case("line feeds only", "--b\n\(head)\nx\n--b--\n", [], .noBoundary),
        Case("header line with a line feed only", "--b\r\nA: b\n\r\nx\r\n--b--", [], .malformedHeader),
        Case("empty line with a line feed only", "--b\r\n\(head)\nx\r\n--b--", [], .malformedHeader),
        Case("return in a header", "--b\r\nA: b\rc\r\n\(head)\r\nx\r\n--b--", [], .malformedHeader),
        Case("NUL in a header", "--b\r\nA: \0\r\n\(head)\r\nx\r\n--b--", [], .malformedHeader),
        Case("escape in a header", "--b\r\nA: \u{1B}[1m\r\n\(head)\r\nx\r\n--b--", [], .malformedHeader),
        Case("no colon", "--b\r\nhello\r\n\r\nx\r\n--b--", [], .malformedHeader),
        Case("no name before the colon", "--b\r\n: x\r\n\r\nx\r\n--b--", [], .malformedHeader),
        Case("space before the colon", "--b\r\nContent-Disposition : form-data\r\n\r\n--b--", [], .malformedHeader),
        Case("folded line", "--b\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\n--b--", [], .malformedHeader),
        Case("no header", "--b\r\n\r\nx\r\n--b--", [], .missingContentDisposition),
        Case("only a type", "--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b--", [], .missingContentDisposition),
        Case("no name", "--b\r\nContent-Disposition: form-data\r\n\r\n--b--", [], .malformedContentDisposition),
        Case("two of them", "--b\r\n\(head)\(head)\r\nx\r\n--b--", [], .duplicateHeader),
        Case(
            "base64",
            "--b\r\n\(head)Content-Transfer-Encoding: base64\r\n\r\nx\r\n--b--",
            [],
            .unsupportedTransferEncoding
        ),
        Case("boundary in place of a header", "--b\r\n--b--\r\n", [], .malformedHeader),
        Case("text after padding", "--b x\r\n\(head)\r\nx\r\n--b--", [], .malformedBoundaryLine),
        Case("padding after a part", "\(start)x\r\n--b \n", ["a=x"], .malformedBoundaryLine),
        Case("return in padding", "\(start)x\r\n--b \r\r\n", ["a=x"], .malformedBoundaryLine),
    ]

    private static func fields(_ outcome: MultipartOutcome) -> [String] {
        outcome.parts.map { part in
            part.head.name + "=" + String(decoding: part.data, as: UTF8.self) + (part.isEnded ? "" : "…")
        }
    }

    @Test(arguments: wellFormed + malformed)
    func bodiesMeanTheSameHoweverTheyAreCut(_ testCase: Case) {
        let body = Array(testCase.body.utf8)
        let whole = MultipartFeed.outcome(of: body)
        #expect(Self.fields(whole) == testCase.fields)
        #expect(whole.violation == testCase.violation)
        #expect(whole.sawEnd == (testCase.violation == nil))
        #expect(whole.misplaced == 0)
        #expect(MultipartFeed.outcome(of: body, cuts: Array(body.indices)) == whole)
        for first in body.indices {
            #expect(MultipartFeed.outcome(of: body, cuts: [first]) == whole)
            for second in stride(from: first, to: body.count, by: 3) {
                #expect(MultipartFeed.outcome(of: body, cuts: [first, second]) == whole)
            }
        }
    }

    @Test func aBrowsersBody() {
        let boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
        let file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 13, 10, 45, 45, 45, 45, 45, 45, 0, 0xFF]
        let body =
            Array(MultipartFeed.field("message", "Grüße\r\n", boundary: boundary).utf8)
            + Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"files\"; filename=\"".utf8)
            + Array("ä \\\"b\\\" %22c%22.png\"\r\nContent-Type: image/png\r\n\r\n".utf8)
            + file + Array("\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"none\"; filename=\"\"\r\n".utf8)
            + Array("Content-Type: application/octet-stream\r\n\r\n\r\n--\(boundary)--\r\n".utf8)
        let whole = MultipartFeed.outcome(of: body, boundary: boundary)
        #expect(
            whole.parts == [
                .init(head: .init(name: "message"), data: Array("Grüße\r\n".utf8), isEnded: true),
                .init(
                    head: .init(name: "files", filename: "ä \"b\" \"c\".png", contentType: "image/png"),
                    data: file,
                    isEnded: true
                ),
                .init(
                    head: .init(name: "none", filename: "", contentType: "application/octet-stream"),
                    isEnded: true
                ),
            ]
        )
        #expect(whole.sawEnd)
        for size in 1..<body.count {
            let cuts = Array(stride(from: size, to: body.count, by: size))
            #expect(MultipartFeed.outcome(of: body, boundary: boundary, cuts: cuts) == whole)
        }
    }
}
