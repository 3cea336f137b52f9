import Testing

@testable import Core

/// Opening databases of other versions, and damaged ones.
@Suite("SQLite store: opening")
struct MigrationTests {
    private static let next = SQLiteMigration(
        version: 2,
        script: "ALTER TABLE note ADD COLUMN colour TEXT; CREATE TABLE extra(a); INSERT INTO extra VALUES (1)"
    )
    private static let broken = SQLiteMigration(version: 3, script: "CREATE TABLE half(a); CREATE TABLE extra(a)")

    private func store(_ directory: String, _ migrations: [SQLiteMigration]) -> SQLiteChatStore {
        SQLiteChatStore(
            directory: directory,
            options: SQLiteOptions(),
            random: SeededRandom(seed: 3),
            migrations: migrations
        )
    }

    /// A database of version 1 with one conversation, closed.
    private func versionOne() throws -> String {
        let directory = try Files.makeTemporaryDirectory(prefix: "migration")
        let old = store(directory, Array(SQLiteSchema.migrations.prefix(1)))
        try old.prepare()
        let writer = try old.makeWriter()
        try writer.write { transaction in
            let stored = try transaction.insert(Sample.conversation(1))
            var changed = stored
            for number in 1...50 { _ = try transaction.append(Sample.message(number), to: &changed) }
            try transaction.update(changed, from: stored)
        }
        writer.close()
        return directory
    }

    @Test func anOldDatabaseIsCopiedAndBroughtUp() throws {
        let directory = try versionOne()
        defer { try? Files.removeTree(directory) }
        let new = store(directory, Array(SQLiteSchema.migrations.prefix(1)) + [Self.next])
        try new.prepare()
        let connection = try new.openReader()
        #expect(try connection.integer("PRAGMA user_version") == 2)
        #expect(try connection.integer("SELECT a FROM extra") == 1)
        connection.close()
        let reader = try new.makeReader()
        #expect(try reader.statusCounts().pending == 1)
        // The copy is a whole database of the old version.
        let folder = directory + "/restored"
        try Files.makeDirectory(folder)
        try Files.rename(directory + "/chat.db.v1.bak", to: folder + "/chat.db")
        let restored = store(folder, Array(SQLiteSchema.migrations.prefix(1)))
        try restored.prepare()
        let copied = try restored.makeReader()
        #expect(try copied.messages(of: 1, numbers: 1...100).count == 50)
        // Nothing is done a second time.
        try new.prepare()
        #expect(try Files.status(directory + "/chat.db.v2.bak") == nil)
    }

    /// Events that stood in a row each are found with those that came after.
    @Test func eventsOfTheFirstVersionStay() throws {
        let directory = try Files.makeTemporaryDirectory(prefix: "migration")
        defer { try? Files.removeTree(directory) }
        let old = store(directory, Array(SQLiteSchema.migrations.prefix(1)))
        try old.prepare()
        try run(
            """
            INSERT INTO event VALUES
                (1, 1700000000000, 1, 7, 0, 0, ''), (2, 1700000000001, 2, 7, 1, -1, 'say "é"'), (3, 5, 6, 8, 2, 1, 'b')
            """,
            on: old
        )
        let new = store(directory, SQLiteSchema.migrations)
        try new.prepare()
        let writer = try new.makeWriter()
        defer { writer.close() }
        #expect(try writer.write { try $0.log(Sample.event(1, 9)) } == 4)
        let events = try new.makeReader().events(after: 0, limit: 10)
        #expect(events.map(\.number) == [1, 2, 3, 4])
        let second = LoggedEvent(
            number: 2,
            at: 1_700_000_000_001,
            code: 2,
            conversation: 7,
            messageNumber: 1,
            side: -1
        )
        #expect(events[1] == second)
        #expect(events[2].side == 1)
    }

    /// Webhooks that waited when their conversation was not yet noted with them still go with it; whom nothing is known
    /// of any more is forgotten, and the log names nobody.
    @Test func theThirdVersionForgetsAndFindsConversations() throws {
        let directory = try Files.makeTemporaryDirectory(prefix: "migration")
        defer { try? Files.removeTree(directory) }
        let old = store(directory, Array(SQLiteSchema.migrations.prefix(2)))
        try old.prepare()
        try run(
            """
            INSERT INTO event VALUES (1, 1, '[[5,1,7,0,0,"x"]]'), (2, 3, '[[5,1,8,0,0,"y \\""],[5,1,9,0,0,""]]');
            INSERT INTO webhook(endpoint, id, event, body, created_at, attempts, next_at, is_dead) VALUES
                ('e', x'01', 3, '{}', 5, 0, 5, 0), ('e', x'02', 1, '{}', 5, 0, 5, 1), ('e', x'03', 99, '{}', 5, 0, 5, 0);
            INSERT INTO person(row, id, name, email) VALUES (1, x'0a', 'Ann', 'a@b.c'), (2, x'0b', 'Bo', 'b@b.c');
            INSERT INTO identity(dialect, key, person, name, email, assurance, pin, is_flagged, created_at) VALUES
                ('d', 'pinned', 1, 'Ann', 'a@b.c', 1, x'01', 0, 5), ('d', 'gone', 2, 'Bo', 'b@b.c', 1, NULL, 0, 5),
                ('e', 'gone', 1, 'Ann', 'a@b.c', 1, NULL, 0, 5)
            """,
            on: old
        )
        let new = store(directory, SQLiteSchema.migrations)
        try new.prepare()
        let connection = try new.openReader()
        defer { connection.close() }
        #expect(try connection.texts("SELECT conversation FROM webhook ORDER BY row") == ["9", "7", "0"])
        let events = try new.makeReader().events(after: 1, limit: 10)
        #expect(events.map(\.conversation) == [8, 9])
        #expect(try connection.texts("SELECT events FROM event WHERE first = 1") == ["[[5,1,7,0,0]]"])
        #expect(try connection.texts("SELECT key FROM identity ORDER BY row") == ["pinned"])
        #expect(try connection.texts("SELECT name FROM person ORDER BY row") == ["Ann"])
    }

    @Test func aFailedMigrationLeavesTheOldDatabase() throws {
        let directory = try versionOne()
        defer { try? Files.removeTree(directory) }
        let all = Array(SQLiteSchema.migrations.prefix(1)) + [Self.next, Self.broken]
        #expect(throws: StoreError.self) { try store(directory, all).prepare() }
        let old = store(directory, Array(all.prefix(2)))
        try old.prepare()
        let connection = try old.openReader()
        defer { connection.close() }
        #expect(try connection.texts("SELECT name FROM sqlite_schema WHERE name = 'half'").isEmpty)
        #expect(try Files.status(directory + "/chat.db.v2.bak") != nil)
    }

    @Test func aNewerDatabaseIsRefused() throws {
        let directory = try versionOne()
        defer { try? Files.removeTree(directory) }
        let current = store(directory, SQLiteSchema.migrations)
        let connection = try current.openWriter()
        try connection.execute("PRAGMA user_version = 99")
        connection.close()
        let error = try #require(throws: StoreError.self) { try current.prepare() }
        #expect(error.kind == .newer)
        #expect(error.message.contains("99"))
        #expect(error.message.contains("newer version"))
    }

    enum Damage: CaseIterable {
        case empty, short, cutInHalf, lastPageCut, text, zeroHeader, zeroFirstPage, zeroMiddle, foreign, otherProgram
    }

    @Test(arguments: Damage.allCases, [50, 12_000])
    func damageIsRecognised(_ damage: Damage, messages: Int) throws {
        let directory = try versionOne()
        defer { try? Files.removeTree(directory) }
        let damaged = store(directory, SQLiteSchema.migrations)
        if messages > 50 { try fill(damaged, messages) }
        let size = try Files.size(damaged.path)
        let isLarge = size > 4 << 20
        #expect(isLarge == (messages > 50))
        try apply(damage, to: damaged, size: size)
        let error = try #require(throws: StoreError.self) { try damaged.prepare() }
        #expect(error.kind == .corrupt, "\(error)")
        #expect(error.message.contains(damaged.path))
        #expect(error.message.contains("damaged"))
    }

    private func apply(_ damage: Damage, to store: SQLiteChatStore, size: Int) throws {
        switch damage {
        case .empty: try truncate(store.path, to: 0)
        case .short: try truncate(store.path, to: 60)
        case .cutInHalf: try truncate(store.path, to: size / 8192 * 4096)
        case .lastPageCut: try truncate(store.path, to: size - 4096)
        case .text: try overwrite(store.path, with: 0x41, at: 0, count: size)
        case .zeroHeader: try overwrite(store.path, with: 0, at: 0, count: 100)
        case .zeroFirstPage: try overwrite(store.path, with: 0, at: 100, count: 3996)
        // From the second page on, where the roots of the tables are.
        case .zeroMiddle: try overwrite(store.path, with: 0, at: 4096, count: 40 * 4096)
        case .foreign: try run("DROP TABLE audit", on: store)
        case .otherProgram: try run("PRAGMA application_id = 1", on: store)
        }
    }

    private func truncate(_ path: String, to size: Int) throws {
        let file = try Files.open(path, .readWrite)
        try Files.truncate(file, to: size)
    }

    private func overwrite(_ path: String, with byte: UInt8, at offset: Int, count: Int) throws {
        let bytes = [UInt8](repeating: byte, count: count)
        let file = try Files.open(path, .readWrite)
        try Files.write(bytes.span, to: file, at: offset)
    }

    private func run(_ sql: String, on store: SQLiteChatStore) throws {
        let connection = try store.openWriter()
        defer { connection.close() }
        try connection.execute(sql)
    }

    private func fill(_ store: SQLiteChatStore, _ count: Int) throws {
        let writer = try store.makeWriter()
        try writer.write { transaction in
            let old = try StoreHarness.present(1, in: transaction)
            var new = old
            for number in 51...count {
                var message = Sample.message(number)
                message.text = String(repeating: "long text ", count: 40)
                _ = try transaction.append(message, to: &new)
            }
            try transaction.update(new, from: old)
        }
        try writer.checkpoint(truncating: true)
        writer.close()
    }

    @Test func aHealthyLargeDatabaseOpens() throws {
        let directory = try versionOne()
        defer { try? Files.removeTree(directory) }
        let store = store(directory, SQLiteSchema.migrations)
        try fill(store, 12_000)
        try store.prepare()
        let reader = try store.makeReader()
        #expect(try reader.lastMessage(of: 1, people: true)?.number == 12_000)
    }

    @Test func whatIsOnlyInTheLogIsFound() throws {
        let directory = try versionOne()
        defer { try? Files.removeTree(directory) }
        let folder = directory + "/crashed"
        try Files.makeDirectory(folder)
        let store = store(directory, SQLiteSchema.migrations)
        let writer = try store.makeWriter()
        _ = try writer.write { try $0.insert(Sample.conversation(2)) }
        // What a power cut leaves: both files, with nobody having closed them.
        for name in ["/chat.db", "/chat.db-wal"] {
            let bytes = try Files.readWhole(directory + name)
            try Files.replaceContents(of: folder + name, with: bytes.span)
        }
        writer.close()
        let crashed = self.store(folder, SQLiteSchema.migrations)
        try crashed.prepare()
        let reader = try crashed.makeReader()
        #expect(try reader.statusCounts().pending == 2)
    }

    @Test func copiesAndEpochs() throws {
        let directory = try versionOne()
        defer { try? Files.removeTree(directory) }
        let store = SQLiteChatStore(directory: directory, random: SystemRandom())
        let original = try store.makeReader()
        let epoch = try original.epoch()
        let folder = directory + "/copy"
        try Files.makeDirectory(folder)
        try store.copy(to: folder + "/chat.db")
        #expect(throws: StoreError.self) { try store.copy(to: folder + "/chat.db") }
        let copy = SQLiteChatStore(directory: folder, random: SystemRandom())
        try copy.prepare()
        let reader = try copy.makeReader()
        #expect(try reader.epoch() == epoch)
        try copy.renewEpoch()
        #expect(try reader.epoch() != epoch)
    }

    @Test func everyTableIsNamedInTheCheck() throws {
        let directory = try versionOne()
        defer { try? Files.removeTree(directory) }
        let connection = try store(directory, SQLiteSchema.migrations).openReader()
        defer { connection.close() }
        let names = try connection.texts(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        )
        #expect(names.filter { !$0.hasPrefix("search_index") } == SQLiteChatStore.tables.sorted())
    }
}
