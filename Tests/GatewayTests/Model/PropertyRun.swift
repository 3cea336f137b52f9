import Core
import Testing

/// Random operations on a server and on the model at once; after each the views of all dialects are compared.
final class PropertyRun {
    let gateway: TestGateway
    let clock = SteppedClock()
    let client: TestClient
    let desk: LocalProDesk
    let module: ModuleDesk
    let rooms: RoomsDesk
    let example: ExampleDesk
    /// Single messages may be read above the watermark: the Chat module's strict mode.
    let readsSingly: Bool
    let births: [Birth]
    /// Whether agents use LocalPro alone.
    let isLocalProOnly: Bool
    var random: SeededGenerator
    /// In the order of birth.
    var conversations: [ModelConversation] = []
    private var counter = 0
    private(set) var trace: [String] = []

    init(seed: UInt64, births: [Birth] = Birth.allCases, chatModule: String = "compat") throws {
        gateway = try TestGateway([TestTenant.yaml(chatModule: chatModule)], clock: clock)
        client = gateway.client()
        desk = try LocalProDesk(client)
        module = try ModuleDesk(client)
        rooms = try RoomsDesk(client)
        example = try ExampleDesk(client)
        readsSingly = chatModule == "strict"
        isLocalProOnly = births == [.localPro]
        self.births = births
        random = SeededGenerator(seed: seed)
    }

    /// Does so many steps; stops at the first that is not as the model has it.
    func run(steps: Int) throws {
        for _ in 0..<steps {
            clock.advance(milliseconds: 7)
            do {
                let touched = try step()
                try check(touched)
            } catch {
                throw Broken("\(error)\nafter:\n  " + trace.suffix(25).joined(separator: "\n  "))
            }
        }
        #expect(gateway.complaints.isEmpty)
    }

    var now: Int { Int(clock.nowUnixMilliseconds) }

    func note(_ sentence: String) { trace.append("\(trace.count + 1). \(sentence)") }

    /// A text that nobody has written before.
    func text() -> String {
        counter += 1
        return "text \(counter)"
    }

    /// Compares what a dialect shows with what the model says.
    func compare(_ view: String, _ shown: [String], _ expected: [String]) throws {
        guard shown != expected else { return }
        let lines = max(shown.count, expected.count)
        for index in 0..<lines {
            let (left, right) = (shown.element(index), expected.element(index))
            guard left != right else { continue }
            throw Broken("\(view), line \(index + 1): shown '\(left)', expected '\(right)'")
        }
    }

    func expect(_ status: Int, _ wanted: Int, _ what: String) throws {
        guard status == wanted else { throw Broken("\(what): \(status) instead of \(wanted)") }
    }
}

extension Array where Element == String {
    fileprivate func element(_ index: Int) -> String { indices.contains(index) ? self[index] : "nothing" }
}
