import Testing

@testable import Core

@Suite("JSONDocument")
struct JSONDocumentTests {
    private func root(_ text: String) throws -> JSONValue {
        try JSONDocument(parsing: Array(text.utf8)).root
    }

    private func error(_ bytes: [UInt8], maxDepth: Int = 64) -> JSONError? {
        do {
            _ = try JSONDocument(parsing: bytes, maxDepth: maxDepth)
            return nil
        } catch {
            return error
        }
    }

    @Test func tapeOfTheWorkedExample() throws {
        let document = try JSONDocument(parsing: Array(#"{"id":7,"tags":["a","\n"]}"#.utf8))
        #expect(document.tape.map(\.kind) == [.object, .string, .integer, .string, .array, .string, .escapedString])
        #expect(document.tape.map(\.offset) == [0, 2, 6, 9, 15, 17, 21])
        #expect(document.tape.map(\.length) == [26, 2, 1, 4, 10, 1, 2])
        #expect(document.tape.map(\.next) == [7, 2, 3, 4, 7, 6, 7])
        #expect(document.tape[0].count == 2)
        #expect(document.tape[4].count == 2)
    }

    @Test func kindsAndAccessors() throws {
        let value = try root(
            #" { "s" : "x" , "n":null,"t":true,"f":false,"i":-12,"d":1.5,"a":[1,[2,3],{}],"o":{"k":{}} } "#
        )
        #expect(value.kind == .object)
        #expect(value.count == 8)
        #expect(value["s"]?.string == "x")
        #expect(value["s"]?.isString("x") == true)
        #expect(value["s"]?.isString("y") == false)
        #expect(value["n"]?.isNull == true)
        #expect(value["t"]?.bool == true)
        #expect(value["f"]?.bool == false)
        #expect(value["i"]?.int == -12)
        #expect(value["d"]?.double == 1.5)
        #expect(value["d"]?.int == nil)
        #expect(value["d"]?.numberText == "1.5")
        #expect(value["a"]?.count == 3)
        #expect(value["a"]?.array?.map(\.kind) == [.number, .array, .object])
        #expect(value["a"]?.array?.map(\.count) == [0, 2, 0])
        #expect(value["o"]?["k"]?.object?.isEmpty == true)
        #expect(value["missing"] == nil)
        #expect(value["s"]?["s"] == nil)
        #expect(value["s"]?.array == nil)
        #expect(value["a"]?.object == nil)
        #expect(value["a"]?.string == nil)
        #expect(value.object?.map(\.key) == ["s", "n", "t", "f", "i", "d", "a", "o"])
        #expect(value["a"].map { String(decoding: $0.document.bytes[$0.sourceRange], as: UTF8.self) } == "[1,[2,3],{}]")
        #expect(value["s"].map { String(decoding: $0.document.bytes[$0.sourceRange], as: UTF8.self) } == #""x""#)
    }

    @Test func theLastOfRepeatedKeysWins() throws {
        let value = try root(#"{"a":1,"b":{"a":9},"\u0061":2,"a":[3],"aa":4}"#)
        #expect(value["a"]?.array?.first { _ in true }?.int == 3)
        #expect(value.count == 5)
        #expect(value.object?.map(\.key) == ["a", "b", "a", "a", "aa"])
    }

    @Test(
        "keys with escapes",
        arguments: [
            (#"\u0061b"#, "ab"), (#"a\/b"#, "a/b"), (#"\u00e9"#, "\u{E9}"), (#"\ud83d\ude00!"#, "\u{1F600}!"),
            (#"\t\n\r\b\f\"\\"#, "\t\n\r\u{8}\u{C}\"\\"), (#"x\u0000y"#, "x\0y"),
        ]
    )
    func escapedKeys(_ source: String, _ key: String) throws {
        let value = try root("{\"\(source)\":1}")
        #expect(value[key]?.int == 1)
        #expect(value[key + "x"] == nil)
        #expect(value[String(key.dropLast())] == nil)
        #expect(value["z" + key.dropFirst()] == nil || key.first == "z")
        #expect(value.object?.first { _ in true }?.key == key)
    }

    @Test(
        "strings",
        arguments: [
            (#""""#, ""), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u0041\u00DF\u6771""#, "A\u{DF}\u{6771}"),
            (#""\ud834\udd1e""#, "\u{1D11E}"), (#""a\uDBFF\uDFFFb""#, "a\u{10FFFF}b"),
            ("\"\u{448}\u{20AC}\u{1F600}\"", "\u{448}\u{20AC}\u{1F600}"),
            (#""one\ntwo \u2028 three""#, "one\ntwo \u{2028} three"),
        ]
    )
    func strings(_ source: String, _ text: String) throws {
        #expect(try root(source).string == text)
        #expect(try root(source).isString(text))
    }

    @Test("a string of every length and content at every alignment")
    func lengthsAndAlignments() throws {
        for filler in ["x", "\u{E9}", "\u{20AC}", "\u{1F600}", "\\n", "\\u00e9"] {
            for length in 0..<20 {
                for indent in 0..<9 {
                    let body = String(repeating: "y", count: length) + filler + String(repeating: "z", count: length)
                    let text = String(repeating: " ", count: indent) + "[\"\(body)\"]"
                    let read = try root(text).array?.first { _ in true }?.string
                    let expected = body.replacing("\\n", with: "\n").replacing("\\u00e9", with: "\u{E9}")
                    #expect(read == expected)
                }
            }
        }
    }

    @Test(
        "a wrong byte in a string is found at every position",
        arguments: [UInt8(0x00), 0x1F, 0x0A, 0x80, 0xC0, 0xF5, 0xFF]
    )
    func wrongBytes(_ byte: UInt8) {
        for length in 0..<24 {
            for position in 0...length {
                var bytes = Array("\"".utf8) + [UInt8](repeating: 0x61, count: length) + Array("\"".utf8)
                bytes.insert(byte, at: position + 1)
                let kind: JSONError.Kind = byte < 0x20 ? .controlCharacter : .invalidUTF8
                #expect(error(bytes) == JSONError(kind, at: position + 1))
            }
        }
    }

    @Test(
        "numbers",
        arguments: [
            ("0", 0, 0, 0.0), ("-0", 0, 0, -0.0), ("7", 7, 7, 7), ("-7", -7, -7, -7), ("5.0", nil, 5, 5),
            ("1e2", nil, 100, 100),
            ("120e-1", nil, 12, 12), ("1.25e2", nil, 125, 125), ("1.25e1", nil, nil, 12.5), ("0.5", nil, nil, 0.5),
            ("0e999999999999999999999", nil, 0, 0), ("0.000", nil, 0, 0), ("-3.00e+1", nil, -30, -30),
            ("100.50", nil, nil, 100.5),
            ("9223372036854775807", Int.max, Int.max, 9.223372036854775807e18),
            ("-9223372036854775808", Int.min, Int.min, -9.223372036854775808e18),
            ("9223372036854775808", nil, nil, 9.223372036854775808e18),
            ("-9223372036854775808.0", nil, Int.min, -9.223372036854775808e18),
            ("1e18", nil, 1_000_000_000_000_000_000, 1e18), ("1e19", nil, nil, 1e19), ("1e400", nil, nil, nil),
            ("-1e400", nil, nil, nil),
            ("1e-400", nil, nil, 0), ("1e-99999999999999999999", nil, nil, 0),
            ("10000000000000000000000e-20", nil, 100, 100),
        ] as [(String, Int?, Int?, Double?)]
    )
    func numbers(_ text: String, _ int: Int?, _ integral: Int?, _ double: Double?) throws {
        let value = try root(text)
        #expect(value.kind == .number)
        #expect(value.int == int)
        #expect(value.integral == integral)
        #expect(value.double == double)
        #expect(value.numberText == text)
        #expect(value.string == nil)
    }

    @Test(
        "errors say what is wrong and where",
        arguments: [
            ("", .empty, 0), (" \n\t\r ", .empty, 0), ("[1,", .unexpectedEnd, 3), ("{\"a\"", .unexpectedEnd, 4),
            ("\"abc", .unexpectedEnd, 4),
            ("-", .unexpectedEnd, 1), ("[1.]", .invalidNumber, 1), ("[01]", .invalidNumber, 1),
            ("[1]x", .trailingContent, 3),
            ("1 2", .trailingContent, 2), ("[1,]", .unexpectedCharacter, 3), ("{,}", .unexpectedCharacter, 1),
            ("[1}", .unexpectedCharacter, 2),
            ("{\"a\":1]", .unexpectedCharacter, 6), (#"["\x"]"#, .invalidEscape, 2),
            (#"["\u12G4"]"#, .invalidEscape, 2),
            (#"["\ud800"]"#, .loneSurrogate, 2), (#"["\udc00"]"#, .loneSurrogate, 2), ("\u{FEFF}1", .byteOrderMark, 0),
            ("nul", .unexpectedCharacter, 0),
        ] as [(String, JSONError.Kind, Int)]
    )
    func errors(_ text: String, _ kind: JSONError.Kind, _ offset: Int) throws {
        let refused = self.error(Array(text.utf8))
        let error = try #require(refused)
        #expect(error == JSONError(kind, at: offset))
        #expect(error.description.hasPrefix("Invalid JSON at byte \(offset): "))
    }

    @Test func depth() throws {
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 64) + [UInt8](repeating: UInt8(ascii: "]"), count: 64)
        #expect(error(deep) == nil)
        #expect(error([UInt8(ascii: "[")] + deep + [UInt8(ascii: "]")]) == JSONError(.tooDeep, at: 64))
        #expect(error([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)) == JSONError(.tooDeep, at: 64))
        #expect(error(Array("{\"a\":[]}".utf8), maxDepth: 1) == JSONError(.tooDeep, at: 5))
        #expect(error(Array("1".utf8), maxDepth: 0) == nil)
        #expect(error(Array("[]".utf8), maxDepth: 0) == JSONError(.tooDeep, at: 0))
        // Breadth is no depth.
        #expect(error(Array(("[" + String(repeating: "[[]],", count: 1_000) + "0]").utf8), maxDepth: 3) == nil)
    }

    @Test func damagedTextsNeverTrapAndWhatIsAcceptedReadsBack() throws {
        let original = Array(
            #"{"id":"m\u0031","n":[1,-2.5e3,true,null],"t":"Привет \ud83d\ude00","o":{"a":{},"b":[]}}"#.utf8
        )
        for position in original.indices {
            for byte in UInt8.min...UInt8.max {
                var bytes = original
                bytes[position] = byte
                guard let document = try? JSONDocument(parsing: bytes) else {
                    continue
                }
                var json = JSONWriter()
                json.value(document.root)
                #expect(throws: Never.self) { try JSONDocument(parsing: json.bytes) }
            }
        }
    }
}
