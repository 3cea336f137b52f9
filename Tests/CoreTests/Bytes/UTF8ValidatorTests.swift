import Testing

@testable import Core

@Suite("UTF8Validator")
struct UTF8ValidatorTests {
    private func firstInvalid(_ bytes: [UInt8], splitAt split: Int) -> (index: Int?, isComplete: Bool) {
        var validator = UTF8Validator()
        if let index = validator.firstInvalidIndex(feeding: bytes.span.extracting(0..<split)) {
            let goesOn = validator.feed([0x61].span)
            #expect(!goesOn)
            return (index, validator.isComplete)
        }
        let index = validator.firstInvalidIndex(feeding: bytes.span.extracting(split..<bytes.count))
        return (index.map { $0 + split }, validator.isComplete)
    }

    @Test(
        "well-formed text at every split",
        arguments: [
            "", "plain ASCII text", "\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}", "\u{D7FF}\u{E000}\u{FFFD}",
            "long enough for words \u{44F}\u{20AC}\u{1F600} and more after it", "\0",
        ]
    )
    func wellFormed(_ text: String) {
        let bytes = Array(text.utf8)
        for split in 0...bytes.count {
            let result = firstInvalid(bytes, splitAt: split)
            #expect(result.index == nil)
            #expect(result.isComplete)
        }
    }

    @Test(
        "the earliest wrong byte at every split",
        arguments: [
            ([0x80], 0), ([0xC0], 0), ([0xC1, 0xBF], 0), ([0xF5], 0), ([0xFF], 0), ([0xE0, 0x9F], 1),
            ([0xED, 0xA0], 1), ([0xF0, 0x8F], 1),
            ([0xF4, 0x90], 1), ([0xC3, 0x28], 1), ([0xE2, 0x82, 0x28], 2), ([0xF0, 0x9F, 0x98, 0xC0], 3),
            ([0x61, 0xC3, 0xA9, 0xA9], 3),
            ([0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0xBF, 0x61], 9), ([0xC3, 0xC3, 0xA9], 1),
        ] as [([UInt8], Int)]
    )
    func illFormed(_ bytes: [UInt8], _ index: Int) {
        for split in 0...bytes.count {
            let result = firstInvalid(bytes, splitAt: split)
            #expect(result.index == index)
            #expect(!result.isComplete)
        }
    }

    @Test func incompleteTextIsNotWrongYet() {
        var validator = UTF8Validator()
        var isWrong = false
        #expect(validator.isComplete)
        isWrong = !validator.feed([0xF0].span) || isWrong
        #expect(!validator.isComplete)
        isWrong = !validator.feed([0x9F, 0x98].span) || isWrong
        #expect(!validator.isComplete)
        isWrong = !validator.feed([0x80].span) || isWrong
        #expect(validator.isComplete)
        #expect(!isWrong)
    }

    @Test func agreesWithTheStandardLibraryOnAllPairsAndSomeTriples() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                for tail: [UInt8] in [[], [0x80], [0xBF, 0x80], [0x41]] {
                    let bytes = [first, second] + tail
                    var validator = UTF8Validator()
                    let isValid = validator.feed(bytes.span) && validator.isComplete
                    #expect(isValid == (String(validating: bytes, as: UTF8.self) != nil))
                }
            }
        }
    }
}
