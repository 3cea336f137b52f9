import Testing

@testable import Core

@Suite("JSONWriter")
struct JSONWriterTests {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter(capacity: 0)
        body(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func everyKindOfMember() {
        let text = written {
            $0.object {
                $0.field("s", "x")
                $0.field("i", -5)
                $0.field("t", true)
                $0.field("f", false)
                $0.field("d", 2.5)
                $0.optional("absent", nil as String?)
                $0.optional("absent", nil as Int?)
                $0.optional("absent", nil as Bool?)
                $0.optional("absent", nil as Double?)
                $0.optional("present", "y" as String?)
                $0.optional("count", 3 as Int?)
                $0.nullable("nothing", nil as String?)
                $0.nullable("something", 4 as Int?)
                $0.null("n")
                $0.object("o") {
                    $0.object("empty") { _ in }
                    $0.field("after", 1)
                }
                $0.array("a") {
                    $0.element("e")
                    $0.element(1)
                    $0.element(true)
                    $0.element(0.5)
                    $0.nullElement()
                    $0.object { $0.field("k", 1) }
                    $0.array { _ in }
                    $0.rawElement(Array("[9]".utf8))
                }
                $0.array("tags", ["a", "b"])
                $0.array("none", [])
                $0.key(dynamic: "dy\"n")
                $0.element(1)
                $0.raw("r", Array(#"{"z":0}"#.utf8))
                $0.field("last", 0)
            }
        }
        #expect(
            text == #"{"s":"x","i":-5,"t":true,"f":false,"d":2.5,"present":"y","count":3,"nothing":null,"something":4,"#
                + #""n":null,"o":{"empty":{},"after":1},"a":["e",1,true,0.5,null,{"k":1},[],[9]],"tags":["a","b"],"none":[],"#
                + #""dy\"n":1,"r":{"z":0},"last":0}"#
        )
    }

    @Test func goesOnInAGivenBuffer() {
        var json = JSONWriter(appendingTo: Array("42".utf8))
        json.array { $0.element("event") }
        #expect(json.bytes == Array(#"42["event"]"#.utf8))
    }

    @Test func errorsOfClosuresPassThrough() {
        var json = JSONWriter()
        #expect(throws: JSONError(.empty, at: 3)) {
            try json.object { (_: inout JSONWriter) throws(JSONError) in throw JSONError(.empty, at: 3) }
        }
    }

    @Test(
        "strings are escaped as little as may be",
        arguments: [
            ("", #""""#), ("a/b", #""a/b""#), ("\"", #""\"""#), ("\\", #""\\""#),
            ("\n\r\t\u{8}\u{C}", #""\n\r\t\b\f""#),
            ("\u{0}\u{1}\u{1F}", #""\u0000\u0001\u001f""#), ("\u{7F}\u{2028}\u{2029}", "\"\u{7F}\u{2028}\u{2029}\""),
            ("\u{448}\u{20AC}\u{1F600}", "\"\u{448}\u{20AC}\u{1F600}\""), ("<script>&'", #""<script>&'""#),
        ]
    )
    func escaping(_ text: String, _ json: String) {
        let result = written { $0.element(text) }
        #expect(result == json)
    }

    @Test("every escape at every position of texts of every length")
    func escapePositions() throws {
        for character in ["\"", "\\", "\n", "\u{1}", "\u{E9}", "\u{80}"] {
            for length in 0..<40 {
                let text =
                    String(repeating: "a", count: length) + character + String(repeating: "b", count: 39 - length)
                let json = written { $0.element(text + text) }
                #expect(try JSONDocument(parsing: Array(json.utf8)).root.string == text + text)
            }
        }
        let all = String(repeating: "\u{1}", count: 5_000)
        let json = written { $0.element(all) }
        #expect(try JSONDocument(parsing: Array(json.utf8)).root.string == all)
    }

    @Test(
        "doubles",
        arguments: [
            (0, "0"), (-0.0, "0"), (5, "5"), (-5, "-5"), (0.1, "0.1"), (1.0 / 3, "0.3333333333333333"),
            (1e15, "1000000000000000"),
            (9_007_199_254_740_992, "9007199254740992"), (1e22, "1e+22"), (1e-7, "1e-07"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (.infinity, "null"), (-.infinity, "null"), (.nan, "null"),
        ] as [(Double, String)]
    )
    func doubles(_ value: Double, _ json: String) throws {
        let text = written { $0.element(value) }
        #expect(text == json)
        if value.isFinite {
            #expect(try JSONDocument(parsing: Array(text.utf8)).root.double == value)
        }
    }

    @Test("integers", arguments: [0, 9, 10, -1, -10, 1_234_567_890, Int.max, Int.min])
    func integers(_ value: Int) {
        let result = written { $0.element(value) }
        #expect(result == String(value))
    }

    @Test func parsedValuesAreWrittenCompactly() throws {
        let source =
            #" { "a" : [ 1.50 , 12345678901234567890 , "x\/\u0041\n" , { } ] , "\u0062" : { "c" : null , "d" : [ true , false ] } } "#
        let document = try JSONDocument(parsing: Array(source.utf8))
        let text = written { $0.value(document.root) }
        #expect(text == #"{"a":[1.50,12345678901234567890,"x/A\n",{}],"b":{"c":null,"d":[true,false]}}"#)
        let merged = written {
            $0.object {
                $0.field("first", 1)
                $0.members(of: document.root)
                $0.field("copy", document.root)
            }
        }
        #expect(merged == #"{"first":1,"# + text.dropFirst().dropLast() + #","copy":"# + text + "}")
    }

    @Test func aBufferOfManyFieldsGrowsInSteps() {
        var json = JSONWriter(capacity: 16)
        json.array {
            for number in 0..<100_000 {
                $0.object { $0.field("number", number) }
            }
        }
        #expect(json.bytes.count == 1_688_891)
    }
}
