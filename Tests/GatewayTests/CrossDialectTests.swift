import Core
import Testing

/// A conversation born in any dialect, answered in any other: each is told live, and all show the same.
@Suite(.serialized) struct CrossDialectTests {
    /// One row of the table that the test prints.
    private struct Row {
        let birth: String
        let desk: String
        var cells: [String] = []
    }

    private static let columns = [
        "born in", "answered in", "question live", "answer live, customer", "answer live, agent", "histories",
        "typing", "end",
    ]

    @Test func everyBirthIsAnsweredEverywhere() throws {
        let gateway = try TestGateway()
        var rows: [Row] = []
        for makeCustomer in Participants.customers {
            for makeDesk in Participants.desks {
                let client = gateway.client()
                let name = "person-\(rows.count + 1)"
                rows.append(try Self.converse(makeCustomer(client, name), makeDesk(client), name))
            }
        }
        Self.show(rows)
        #expect(rows.count == 28)
        #expect(gateway.complaints.isEmpty)
    }

    /// A whole conversation; whatever does not come throws.
    private static func converse(_ customer: any Customer, _ desk: any Desk, _ name: String) throws -> Row {
        var row = Row(birth: customer.label, desk: desk.label)
        let opening = "opening of \(name)"
        let question = Line(.customer, "question of \(name)")
        let answer = Line(.agent, "answer to \(name)")

        try customer.begin(opening)
        let id = try desk.find(newest: opening)
        let customersFeed = try customer.feed()
        let desksFeed = try desk.feed(id)

        #expect((200...201).contains(try customer.send(question.text)))
        try desksFeed.await(.message(question))
        row.cells.append("yes")
        #expect((200...201).contains(try desk.send(answer.text, to: id)))
        try customersFeed.await(.message(answer))
        row.cells.append(customersFeed is ZenFeed ? "long poll" : "socket")
        try desksFeed.await(.message(answer))
        row.cells.append("socket")

        let spoken = [Line(.customer, opening), question, answer]
        #expect(try customer.history() == spoken)
        #expect(try desk.history(id) == spoken)
        row.cells.append("equal")

        row.cells.append(try typing(customer, desk, id, customersFeed, desksFeed))

        #expect(try !customer.isClosed())
        #expect(try !desk.isClosed(id))
        try desk.close(id)
        try desksFeed.await(.ended)
        #expect(try customer.isClosed())
        #expect(try desk.isClosed(id))
        try customersFeed.await(.ended)
        row.cells.append("told")
        return row
    }

    /// Typing travels where both ends have a word for it.
    private static func typing(
        _ customer: any Customer,
        _ desk: any Desk,
        _ id: String,
        _ customersFeed: any LiveFeed,
        _ desksFeed: any LiveFeed
    ) throws -> String {
        let customerTypes = try customer.type()
        if customerTypes { try desksFeed.await(.typing(.customer, true)) }
        guard !(customersFeed is ZenFeed) else { return "no word for it" }
        try desk.type(in: id)
        try customersFeed.await(.typing(.agent, true))
        return customerTypes ? "both ways" : "to the customer"
    }

    private static func show(_ rows: [Row]) {
        let table = [columns] + rows.map { [$0.birth, $0.desk] + $0.cells }
        let widths = columns.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        for cells in table {
            let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            print("| " + padded.joined(separator: " | ") + " |")
        }
    }
}
