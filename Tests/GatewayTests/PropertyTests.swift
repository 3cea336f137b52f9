import Testing

/// Random operations through random dialects: after each, every dialect shows what a naive model says.
struct PropertyTests {
    @Test(arguments: 1...4)
    func everyViewIsTheModels(seed: UInt64) throws {
        try PropertyRun(seed: seed).run(steps: 120)
    }

    /// The Chat module's strict mode reads single messages, which every other dialect has to show as well.
    @Test(arguments: 101...103)
    func singleMessagesAreReadEverywhere(seed: UInt64) throws {
        try PropertyRun(seed: seed, chatModule: "strict").run(steps: 100)
    }

    /// LocalPro's counters alone: `messageCount`, `unreadCount` and `isRead` follow from the watermarks.
    @Test(arguments: 201...203)
    func localProsWatermarks(seed: UInt64) throws {
        try PropertyRun(seed: seed, births: [.localPro]).run(steps: 150)
    }
}
