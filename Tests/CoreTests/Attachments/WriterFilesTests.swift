import Testing

@testable import Core

@Suite("Files and the transactions that name them")
struct WriterFilesTests {
    /// A tenant's writer over a real store with one conversation.
    private final class Scene {
        let files: UploadScene
        let blobs: BlobStore
        let harness: StoreHarness
        private let pool: WriterPool
        private let writer: TenantWriter
        private let results = BlockingQueue<BatchResult>()
        private var ticket: UInt64 = 0
        private var number = 0

        /// `device` stands where the first pack should.
        init(device: String? = nil, commits: Bool = true) throws {
            files = try UploadScene()
            if let device { try files.fault(device) }
            blobs = try BlobStore(folder: files.scratch.path, secret: UploadScene.secret)
            harness = try StoreHarness()
            _ = try harness.conversation(1)
            pool = try WriterPool(threads: 1)
            let results = results
            writer = TenantWriter(
                tenant: "test",
                writer: try Self.makeWriter(harness.store, commits: commits),
                ids: RandomIDSource(SeededRandom(seed: 3)),
                pool: pool,
                blobs: blobs,
                log: files.log
            ) { _ = results.push($0) }
        }

        private static func makeWriter(_ store: any ChatStore, commits: Bool) throws -> sending any ChatWriter {
            let writer = try store.makeWriter()
            return commits ? writer : DoubtfulWriter(writer)
        }

        deinit {
            let closed = BlockingQueue<Bool>()
            writer.close { _ = closed.push(true) }
            _ = closed.pop()
            pool.stop()
        }

        func stage(_ bytes: [UInt8]) throws -> StagedBlob {
            let writer = blobs.makeWriter()
            try writer.write(bytes.span)
            return try writer.finish()
        }

        /// An upload for a conversation, as it is submitted.
        func upload(_ staged: [StagedBlob], to session: String = "session-1") -> Submission {
            let agent = AgentIdentity(id: "a", firstName: "A", lastName: "", email: "", avatar: nil, role: .admin)
            let uploads = KeepUploads(
                conversation: ConversationName(dialect: .localPro, id: session),
                access: .agent(agent),
                files: staged.map { blob in
                    number += 1
                    var file = Sample.attachment(number)
                    file.hash = blob.hash
                    return file
                },
                expiresAt: .max
            )
            ticket += 1
            let rules = TurnRules(
                tenant: "test",
                roster: Roster([agent]),
                sessionAuth: .open,
                autoCreateAgents: false,
                secret: [1],
                webhooks: []
            )
            let operation = Operation(.keepUploads(uploads), at: 5)
            return Submission(ticket: ticket, operation: operation, files: staged, rules: rules)
        }

        /// Runs submissions in one transaction; says which went well, in their order.
        func run(_ batch: [Submission]) throws -> [Bool] {
            writer.submit(batch)
            guard case .element(let result) = results.pop() else { return [] }
            let replies = Dictionary(uniqueKeysWithValues: result.replies.map { ($0.ticket, $0.reply) })
            return batch.map { if case .uploads? = replies[$0.ticket] { true } else { false } }
        }

        /// Where the row of the n-th file says its bytes are.
        func stored(_ number: Int) throws -> [UInt8]? {
            try harness.reader.attachment(EntityIDRange(Sample.attachment(number).id))?.attachment.hash
        }

        func read(_ hash: [UInt8]) throws -> [UInt8]? {
            try blobs.open(hash: hash).map { try $0.read(at: 0, count: .max) }
        }
    }

    /// Commits, and says that it could not.
    private final class DoubtfulWriter: ChatWriter {
        private let writer: any ChatWriter

        init(_ writer: any ChatWriter) { self.writer = writer }

        func begin() throws(StoreError) { try writer.begin() }
        func turn<Result>(
            _ body: (any ChatTransaction) throws(TurnFailure) -> Result
        ) throws(TurnFailure) -> Result { try writer.turn(body) }
        func commit() throws(StoreError) {
            try writer.commit()
            throw StoreError(.io, message: "nobody knows")
        }
        func rollback() { writer.rollback() }
        func isReferenced(hash: [UInt8]) throws(StoreError) -> Bool { false }
        var isTransactionOpen: Bool { writer.isTransactionOpen }
        func reopen() throws(StoreError) { try writer.reopen() }
        func checkpoint(truncating: Bool) throws(StoreError) { try writer.checkpoint(truncating: truncating) }
        var logPages: Int { writer.logPages }
        func close() { writer.close() }
    }

    private let picture = [UInt8](repeating: 3, count: 50_000)
    private let film = [UInt8](repeating: 4, count: 150_000)

    @Test func namedFilesAreThere() throws {
        let scene = try Scene()
        #expect(try scene.run([scene.upload([scene.stage(picture), scene.stage(film)])]) == [true])
        #expect(try scene.read(#require(try scene.stored(1))) == picture)
        #expect(try scene.read(#require(try scene.stored(2))) == film)
        #expect(try scene.files.incoming().isEmpty)
    }

    /// In one message, in one transaction and in later ones.
    @Test func theSameBytesAreStoredOnce() throws {
        let scene = try Scene()
        let staged = try (0..<4).map { _ in try scene.stage(picture) }
        #expect(Set(staged.map(\.hash)).count == 4)
        #expect(try scene.run([scene.upload([staged[0], staged[1]]), scene.upload([staged[2]])]) == [true, true])
        #expect(try scene.run([scene.upload([staged[3]])]) == [true])
        for number in 1...4 { #expect(try scene.stored(number) == staged[0].hash) }
        #expect(try scene.read(staged[0].hash) == picture)
        for blob in staged.dropFirst() { #expect(try scene.read(blob.hash) == nil) }
    }

    @Test func refusedTurnsLeaveNothing() throws {
        let scene = try Scene()
        let refused = [try scene.stage(picture), try scene.stage(film)]
        let taken = try scene.stage(picture)
        let batch = [scene.upload(refused, to: "unknown"), scene.upload([taken])]
        #expect(try scene.run(batch) == [false, true])
        #expect(try scene.stored(3) == taken.hash)
        #expect(try scene.read(taken.hash) == picture)
        for blob in refused { #expect(try scene.read(blob.hash) == nil) }
    }

    /// The pack cannot be synced: what is in it is refused, also when another turn would name it as the same bytes.
    @Test func whatCannotBeMadeDurableIsRefused() throws {
        let scene = try Scene(device: "/dev/null")
        let batch = [
            scene.upload([try scene.stage(picture)]), scene.upload([try scene.stage(film)]),
            scene.upload([try scene.stage(picture), try scene.stage(film)]),
        ]
        #expect(try scene.run(batch) == [false, true, false])
        #expect(try scene.stored(1) == nil)
        #expect(try scene.read(#require(try scene.stored(2))) == film)
        #expect(try scene.stored(3) == nil)
        // The next pack is a good one.
        #expect(try scene.run([scene.upload([try scene.stage(picture)])]) == [true])
        #expect(try scene.read(#require(try scene.stored(5))) == picture)
    }

    /// The rows may turn out stored.
    @Test func aCommitInDoubtKeepsTheFiles() throws {
        let scene = try Scene(commits: false)
        let staged = [try scene.stage(picture), try scene.stage(film)]
        #expect(try scene.run([scene.upload(staged)]) == [false])
        #expect(try scene.read(#require(try scene.stored(1))) == picture)
        #expect(try scene.read(#require(try scene.stored(2))) == film)
    }
}
