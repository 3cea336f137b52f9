import Core
import Testing

/// Many senders at once in one conversation: one order, and everybody is told and shows the same.
struct TotalOrderTests {
    private static let total = 500
    /// Two for each desk.
    private static let senders = 8

    /// What one participant saw.
    private struct View: Sendable {
        let label: String
        /// From its feed; nil for those who only send.
        var told: [Line]?
        var history: [Line]
    }

    @Test(arguments: 0..<7)
    func concurrentSendsHaveOneOrder(birth: Int) throws {
        let gateway = try TestGateway()
        let client = gateway.client()
        let born = BlockingQueue<Bool>()
        let start = StartLine()
        let customersShare = Self.total / 5
        let desksShare = (Self.total - customersShare) / Self.senders

        var jobs: [@Sendable () throws -> View] = [
            {
                let customer = try Participants.customers[birth](client, "crowd")
                try customer.begin("first")
                _ = try customer.history()
                let feed = try customer.feed()
                _ = born.push(true)
                start.wait()
                for index in 0..<customersShare { try Self.check(customer.send("customer \(index)")) }
                let told = try feed.lines(Self.total)
                return View(label: customer.label, told: told, history: try customer.history())
            }
        ]
        // Nobody can be found before the customer has begun.
        let isBorn = StartLine()
        for desk in 0..<Participants.desks.count {
            jobs.append {
                isBorn.wait()
                let listener = try Participants.desks[desk](client)
                let id = try listener.find(newest: "first")
                let feed = try listener.feed(id)
                start.wait()
                let told = try feed.lines(Self.total)
                return View(label: listener.label, told: told, history: try listener.history(id))
            }
        }
        for index in 0..<Self.senders {
            jobs.append {
                isBorn.wait()
                let sender = try Participants.desks[index % Participants.desks.count](client)
                let id = try sender.find(newest: "first")
                start.wait()
                for count in 0..<desksShare { try Self.check(sender.send("agent \(index) \(count)", to: id)) }
                return View(label: sender.label, told: nil, history: [])
            }
        }
        let starter = try LoopThread.start(name: "starter") {
            _ = born.pop(timeoutMilliseconds: 60_000)
            isBorn.open(after: Participants.desks.count + Self.senders)
            start.open(after: 1 + Participants.desks.count + Self.senders)
        }
        let views = try Threads.run(jobs)
        starter.join()

        let id = try ModuleDesk(client).sessions().list("sessions").map { try $0.text("id") }
        #expect(id.count == 1)
        let stored = try gateway.stored(try #require(id.first))
        #expect(stored.map(\.number) == Array(1...Int64(stored.count)), "a gap or a double")
        let people = stored.filter { $0.author.kind != .system }
        #expect(people.map(\.peopleNumber) == Array(1...Int64(Self.total + 1)))
        let order = people.map { Line($0.author.kind == .customer ? .customer : .agent, $0.text) }
        #expect(Set(order.map(\.text)).count == Self.total + 1)
        #expect(Set(people.map(\.dialect)).count >= Participants.desks.count)
        for view in views {
            guard let told = view.told else { continue }
            #expect(view.history == order, "history of \(view.label)")
            #expect(told == Array(order.dropFirst()), "stream of \(view.label)")
        }
        // Each sender's own messages keep the order in which they were acknowledged.
        for index in 0..<Self.senders {
            let own = order.map(\.text).filter { $0.hasPrefix("agent \(index) ") }
            #expect(own == (0..<desksShare).map { "agent \(index) \($0)" })
        }
        print(
            "\(views[0].label): \(Self.total) sends by \(Self.senders + 1) senders, \(views.count { $0.told != nil }) streams"
        )
        #expect(gateway.complaints.isEmpty)
    }

    private static func check(_ status: Int) throws {
        guard (200...201).contains(status) else { throw Broken("a send was answered \(status)") }
    }
}
