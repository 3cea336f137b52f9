import Testing

@testable import Core

/// One file of the public JSONTestSuite, under its name there.
struct JSONSuiteCase: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]

    init(_ name: String, _ parts: JSONSuitePart...) {
        self.name = name
        bytes = parts.flatMap(\.bytes)
    }

    var testDescription: String {
        name
    }

    var error: JSONError? {
        do {
            _ = try JSONDocument(parsing: bytes)
            return nil
        } catch {
            return error
        }
    }
}

/// Text, or one byte that no string can hold.
struct JSONSuitePart: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, Sendable {
    let bytes: [UInt8]

    init(stringLiteral text: String) {
        bytes = Array(text.utf8)
    }

    init(integerLiteral byte: UInt8) {
        bytes = [byte]
    }

    static func repeated(_ text: String, _ count: Int) -> JSONSuitePart {
        JSONSuitePart(stringLiteral: String(repeating: text, count: count))
    }
}

@Suite("JSONTestSuite")
struct JSONSuiteTests {
    @Test("accepts what every parser must accept", arguments: jsonSuiteAccepted)
    func accepts(_ testCase: JSONSuiteCase) throws {
        let document = try JSONDocument(parsing: testCase.bytes)
        var json = JSONWriter()
        json.value(document.root)
        let again = try JSONDocument(parsing: json.bytes)
        var second = JSONWriter()
        second.value(again.root)
        #expect(second.bytes == json.bytes)
    }

    @Test("refuses what every parser must refuse", arguments: jsonSuiteRefused)
    func refuses(_ testCase: JSONSuiteCase) throws {
        let error = try #require(testCase.error)
        #expect((0...testCase.bytes.count).contains(error.offset))
    }

    @Test("accepts numbers of any size", arguments: jsonSuiteOpenAccepted)
    func acceptsOpen(_ testCase: JSONSuiteCase) {
        #expect(testCase.error == nil)
    }

    @Test("refuses what is no UTF-8 text", arguments: jsonSuiteOpenRefused)
    func refusesOpen(_ testCase: JSONSuiteCase) {
        #expect(testCase.error != nil)
    }

    @Test("every case at every length ends without a trap", arguments: jsonSuiteAccepted)
    func prefixes(_ testCase: JSONSuiteCase) {
        for length in 0..<testCase.bytes.count {
            let prefix = Array(testCase.bytes[..<length])
            if let document = try? JSONDocument(parsing: prefix) {
                // Only a number at the top, or white space after the value, can be cut and stay whole.
                #expect(document.root.sourceRange.upperBound <= length)
            }
        }
    }
}
