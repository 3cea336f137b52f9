import Core

/// Makes the first, second, third … call of each kind fail, until a whole run passes without the fault.
enum FaultLoops {
    /// Runs everything.
    ///
    /// - Returns: whether nothing was found.
    static func run() -> Bool {
        guard FaultAllocator.install(), FaultVFS.install() else {
            print("SQLite does not take the faulty allocator or VFS")
            return false
        }
        do {
            let folder = try Files.makeTemporaryDirectory(prefix: "faults")
            defer { try? Files.removeTree(folder) }
            let template = try makeTemplate(folder + "/template")
            var isClean = true
            for kind in FaultKind.allCases {
                for lasting in [false, true] where try !loop(kind, lasting: lasting, template, folder) {
                    isClean = false
                }
            }
            return isClean
        } catch {
            print("the loops cannot run: \(error)")
            return false
        }
    }

    /// The database that every run begins with: three conversations with messages.
    private static func makeTemplate(_ folder: String) throws -> [UInt8] {
        let store = SQLiteChatStore(directory: folder, random: SeededRandom(seed: 1))
        try store.prepare()
        let writer = try store.makeWriter()
        try writer.begin()
        try writer.turn { transaction throws(TurnFailure) in
            do throws(StoreError) {
                for number in 1...3 {
                    let stored = try transaction.insert(FaultSample.conversation(number))
                    try FaultScenario.append(number, to: stored.row, in: transaction)
                    // So many that the scenario completes a block of messages.
                    for more in 1..<29 where number == 1 {
                        try FaultScenario.append(100 + more, to: stored.row, in: transaction)
                    }
                }
            } catch {
                throw .store(error)
            }
        }
        try writer.commit()
        writer.close()
        return try Files.readWhole(store.path)
    }

    private static func loop(
        _ kind: FaultKind,
        lasting: Bool,
        _ template: [UInt8],
        _ folder: String
    ) throws -> Bool {
        var isClean = true
        var call = 1
        while true {
            let directory = folder + "/run"
            try Files.makeDirectory(directory)
            try Files.replaceContents(of: directory + "/chat.db", with: template.span)
            let options = SQLiteOptions(busyMilliseconds: 0, vfs: FaultVFS.name)
            let store = SQLiteChatStore(directory: directory, options: options, random: SeededRandom(seed: 1))
            var scenario = FaultScenario()
            FaultPlan.arm(kind, call: call, lasting: lasting)
            scenario.run(store)
            let wasMet = FaultPlan.disarm()
            for finding in FaultChecks(store: store).findings(scenario) {
                isClean = false
                print("\(kind.rawValue) \(call)\(lasting ? " and later" : ""): \(finding)")
            }
            try Files.removeTree(directory)
            guard wasMet else {
                if scenario.acknowledged.count != 3 {
                    isClean = false
                    print("\(kind.rawValue): without a fault only \(scenario.acknowledged.count) of 3 committed")
                }
                print("\(kind.rawValue)\(lasting ? ", lasting" : ""): passed at call \(call)")
                return isClean
            }
            // Lasting failures of memory are nearly all alike, and there are thousands.
            call += kind == .allocation && lasting ? 13 : 1
        }
    }
}
