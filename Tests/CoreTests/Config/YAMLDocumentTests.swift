import Testing

@testable import Core

struct YAMLDocumentTests {
    @Test func treeKeepsPlacesAndQuotes() throws {
        let document = YAMLDocument(reading: Array("a: 1\nbé: [ \"x\", {c: }]\n".utf8))
        #expect(document.issues.isEmpty)
        #expect(document.isWhole)
        guard case .mapping(let entries) = document.root?.content else {
            Issue.record("no mapping")
            return
        }
        #expect(entries.map(\.key) == ["a", "bé"])
        #expect(entries[0].value == YAMLNode(.scalar("1", isQuoted: false), at: SourceMark(line: 1, column: 4)))
        #expect(entries[1].keyMark == SourceMark(line: 2, column: 1))
        guard case .sequence(let items) = entries[1].value.content else {
            Issue.record("no list")
            return
        }
        #expect(items[0] == YAMLNode(.scalar("x", isQuoted: true), at: SourceMark(line: 2, column: 7)))
        guard case .mapping(let inner) = items[1].content else {
            Issue.record("no inner mapping")
            return
        }
        #expect(inner[0].value.isNull)
    }

    @Test(arguments: [
        ("a: 1\na: 2\n", ["2:1 duplicate key 'a'; it already stands in line 1"]),
        (
            "a: &x 1\nb: *x\n",
            [
                "1:4 anchors are not supported; write the value out where it is needed",
                "2:4 aliases are not supported; write the value out",
            ]
        ),
        ("a: !!str 1\n", ["1:4 tags are not supported; a value's type follows from its key"]),
        ("a: 1\n---\nb: 2\n", ["2:1 only one YAML document per file is read; remove this '---'"]),
        ("[x]: 1\nb: 2\n", ["1:1 a key must be plain text, not a list"]),
        ("{a: b}: {c: d}\n", ["1:1 a key must be plain text, not a mapping"]),
        ("a: [1, 2\nb: 3\n", ["2:2 not valid YAML: did not find expected ',' or ']' while parsing a flow sequence"]),
        ("a: \"x\n", ["2:1 not valid YAML: found unexpected end of stream while scanning a quoted scalar"]),
        ("a: b: c\n", ["1:5 not valid YAML: mapping values are not allowed in this context"]),
        ("a: 1\nb: \u{1}\n", ["2:4 not valid YAML: control characters are not allowed"]),
        (
            "\ta: 1\n",
            ["1:1 not valid YAML: found character that cannot start any token while scanning for the next token"]
        ),
    ])
    func refused(text: String, expected: [String]) {
        let document = YAMLDocument(reading: Array(text.utf8))
        #expect(document.issues.map { "\($0.mark.line):\($0.mark.column) \($0.message)" } == expected)
    }

    @Test(arguments: [
        (Array("a: é\nb: ".utf8) + [0xFF], 2, 4),
        (Array("é: ".utf8) + [0xC3], 1, 4),
        ([0xFF, 0xFE, 0x61, 0x00], 1, 1),
        (Array("a".utf8) + [0xED, 0xA0, 0x80], 1, 2),
    ])
    func invalidUTF8(bytes: [UInt8], line: Int, column: Int) {
        let document = YAMLDocument(reading: bytes)
        #expect(document.root == nil)
        #expect(
            document.issues
                == [YAMLIssue(mark: SourceMark(line: line, column: column), message: "the file is not UTF-8 text")]
        )
    }

    @Test func byteOrderMarkIsSkipped() {
        let document = YAMLDocument(reading: [0xEF, 0xBB, 0xBF] + Array("a: 1\n".utf8))
        #expect(document.issues.isEmpty)
        #expect(document.root != nil)
    }

    @Test func nestingIsBounded() {
        func nested(_ levels: Int) -> YAMLDocument {
            YAMLDocument(
                reading: Array(String(repeating: "[", count: levels).utf8)
                    + Array(String(repeating: "]", count: levels).utf8)
            )
        }
        #expect(nested(32).issues.isEmpty)
        #expect(nested(33).issues.map(\.message) == ["nested deeper than 32 levels"])
        #expect(!nested(500_000).isWhole)
        #expect(nested(500_000).issues.map(\.message) == ["nested deeper than 32 levels"])
        let blocks = YAMLDocument(reading: Array(String(repeating: "- ", count: 500_000).utf8))
        #expect(blocks.issues.map(\.message) == ["nested deeper than 32 levels"])
    }

    @Test func aliasBombStaysSmall() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\([String](repeating: alias, count: 9).joined(separator: ", "))]\n"
        }
        let document = YAMLDocument(reading: Array(text.utf8))
        #expect(document.issues.count == 200)
        #expect(document.issues[0].message.hasPrefix("anchors are not supported"))
    }

    @Test func sizesAreBounded() {
        let tooLarge = YAMLDocument(reading: [UInt8](repeating: 0x20, count: 1024 * 1024 + 1))
        #expect(tooLarge.issues.map(\.message) == ["the file is larger than 1048576 bytes"])
        let longScalar = YAMLDocument(reading: Array("a: ".utf8) + [UInt8](repeating: 0x78, count: 65_537))
        #expect(longScalar.issues.map(\.message) == ["a value may have at most 65536 bytes"])
        let many = "[" + String(repeating: "x,", count: 60_000) + "]"
        #expect(YAMLDocument(reading: Array(many.utf8)).issues.map(\.message) == ["more than 50000 values"])
    }

    @Test func everyPrefixOfAFileEnds() {
        let bytes = Array(
            "tenant: é\nhosts: [\"a\", 'b']\nagents:\n  - {id: \"\\u00e9\"}\n# x\nwelcome: |\n  hi\n".utf8
        )
        for length in 0...bytes.count {
            let document = YAMLDocument(reading: Array(bytes.prefix(length)))
            for issue in document.issues { #expect(issue.mark.line >= 1 && issue.mark.column >= 1) }
        }
    }
}
