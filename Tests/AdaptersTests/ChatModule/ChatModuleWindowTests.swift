import Core
import Testing

@testable import Adapters

/// Which numbers a page of messages holds, and whether there are more.
struct ChatModuleWindowTests {
    private typealias Samples = ChatModuleSamples
    private typealias Page = ChatModuleWindow.Page

    @Test(
        arguments: [
            (first: 1, last: 0, limit: 50, numbers: nil, more: false),
            (first: 1, last: 3, limit: 50, numbers: 1...3, more: false),
            (first: 1, last: 3, limit: 3, numbers: 1...3, more: false),
            (first: 1, last: 3, limit: 2, numbers: 2...3, more: true),
            (first: 5, last: 9, limit: 5, numbers: 5...9, more: false),
            (first: 5, last: 9, limit: 4, numbers: 6...9, more: true),
            (first: 10, last: 9, limit: 4, numbers: nil, more: false),
        ] as [(Int64, Int64, Int, ClosedRange<Int64>?, Bool)]
    )
    func newest(first: Int64, last: Int64, limit: Int, numbers: ClosedRange<Int64>?, more: Bool) {
        let window = ChatModuleWindow(first: first, last: last, countsSystemTexts: false)
        #expect(window.newest(limit) == Page(numbers: numbers, hasMore: more))
        #expect(window.total == max(0, last - first + 1))
    }

    @Test(
        arguments: [
            (cursor: 1, limit: 2, numbers: nil, more: false),
            (cursor: 2, limit: 2, numbers: 1...1, more: false),
            (cursor: 3, limit: 2, numbers: 1...2, more: false),
            (cursor: 5, limit: 2, numbers: 3...4, more: true),
        ] as [(Int64, Int, ClosedRange<Int64>?, Bool)]
    )
    func beforeIsExclusive(cursor: Int64, limit: Int, numbers: ClosedRange<Int64>?, more: Bool) {
        let window = ChatModuleWindow(first: 1, last: 6, countsSystemTexts: false)
        #expect(window.before(Samples.message(number: cursor), limit) == Page(numbers: numbers, hasMore: more))
    }

    @Test(
        arguments: [
            (cursor: 6, limit: 2, numbers: nil, more: false),
            (cursor: 5, limit: 2, numbers: 6...6, more: false),
            (cursor: 1, limit: 2, numbers: 2...3, more: true),
            (cursor: 4, limit: 2, numbers: 5...6, more: false),
        ] as [(Int64, Int, ClosedRange<Int64>?, Bool)]
    )
    func afterIsExclusive(cursor: Int64, limit: Int, numbers: ClosedRange<Int64>?, more: Bool) {
        let window = ChatModuleWindow(first: 1, last: 6, countsSystemTexts: false)
        #expect(window.after(Samples.message(number: cursor), limit) == Page(numbers: numbers, hasMore: more))
    }

    /// Number 4 is a system text behind three messages of people: hidden, it lies between 3 and the next.
    @Test func hiddenTextsLieBetweenNumbers() {
        let text = Samples.message(.system, number: 4, peopleNumber: 3)
        let people = ChatModuleWindow(first: 1, last: 5, countsSystemTexts: false)
        #expect(people.before(text, 2) == Page(numbers: 2...3, hasMore: true))
        #expect(people.after(text, 2) == Page(numbers: 4...5, hasMore: false))
        let all = ChatModuleWindow(first: 1, last: 6, countsSystemTexts: true)
        #expect(all.before(text, 2) == Page(numbers: 2...3, hasMore: true))
        #expect(all.after(text, 2) == Page(numbers: 5...6, hasMore: false))
    }
}
