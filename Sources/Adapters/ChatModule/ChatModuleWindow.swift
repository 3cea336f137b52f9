import Core

/// Which messages of a session a page shows: by number, or without system texts by people's number.
struct ChatModuleWindow: Equatable {
    /// The first and last number there are; `last` is before `first` when there is nothing.
    let first: Int64
    let last: Int64
    private let countsSystemTexts: Bool

    /// A page: numbers to read, and whether there are more in the direction that was asked for.
    struct Page: Equatable {
        var numbers: ClosedRange<Int64>?
        var hasMore: Bool
    }

    init(first: Int64, last: Int64, countsSystemTexts: Bool) {
        self.first = first
        self.last = last
        self.countsSystemTexts = countsSystemTexts
    }

    /// What retention has left of a conversation.
    init(_ conversation: Conversation, countsSystemTexts: Bool, reader: any ChatReader) throws(StoreError) {
        guard !countsSystemTexts else {
            self.init(first: conversation.firstNumber, last: conversation.messageCount, countsSystemTexts: true)
            return
        }
        self.init(
            first: try reader.firstPeopleNumber(of: conversation),
            last: conversation.peopleCount,
            countsSystemTexts: false
        )
    }

    var total: Int64 { max(0, last - first + 1) }

    /// The newest messages.
    func newest(_ limit: Int) -> Page { ending(at: last, limit) }

    /// What comes before a message.
    func before(_ cursor: Message, _ limit: Int) -> Page {
        // A hidden text has the number of the person's message before it.
        let isHidden = cursor.author.kind == .system && !countsSystemTexts
        return ending(at: isHidden ? cursor.peopleNumber : number(of: cursor) - 1, limit)
    }

    /// What comes after a message.
    func after(_ cursor: Message, _ limit: Int) -> Page {
        let lower = max(first, number(of: cursor) + 1)
        guard lower <= last else { return Page(numbers: nil, hasMore: false) }
        let upper = min(last, lower + Int64(limit) - 1)
        return Page(numbers: lower...upper, hasMore: upper < last)
    }

    private func ending(at upper: Int64, _ limit: Int) -> Page {
        guard upper >= first else { return Page(numbers: nil, hasMore: false) }
        let lower = max(first, upper - Int64(limit) + 1)
        return Page(numbers: lower...upper, hasMore: lower > first)
    }

    private func number(of message: Message) -> Int64 {
        countsSystemTexts ? message.number : message.peopleNumber
    }

    func messages(
        _ page: Page,
        of conversation: Conversation,
        reader: any ChatReader
    ) throws(StoreError) -> [Message] {
        guard let numbers = page.numbers else { return [] }
        return countsSystemTexts
            ? try reader.messages(of: conversation.row, numbers: numbers)
            : try reader.messages(of: conversation.row, peopleNumbers: numbers)
    }
}
