import Core
import Testing

/// Files and links that come in through one dialect and are fetched through another.
struct AttachmentTravelTests {
    /// A PNG of one pixel.
    static let picture: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xDE, 0, 0, 0, 12] + Array("IDAT".utf8)
        + [0x08, 0xD7, 0x63, 0xF8, 0xCF, 0xC0, 0, 0, 3, 1, 1, 0, 0x18, 0xDD, 0x8D, 0xB0, 0, 0, 0, 0]
        + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]

    private let gateway: TestGateway
    private let desk: LocalProDesk
    private let module: ModuleDesk
    private let rooms: RoomsDesk

    init() throws {
        gateway = try TestGateway()
        desk = try LocalProDesk(gateway.client())
        module = try ModuleDesk(gateway.client())
        rooms = try RoomsDesk(gateway.client())
    }

    /// What a signed link gives, without any credential.
    private func fetch(_ url: String) throws -> Answer {
        let base = "http://acme.test"
        guard url.hasPrefix(base) else { throw Broken("a link to elsewhere: \(url)") }
        return try gateway.client().get(String(url.dropFirst(base.count)))
    }

    @Test func aCustomersPictureReachesAgents() throws {
        let backend = try ZenBackend(gateway.client(), "painter")
        try backend.begin("look")
        try backend.send("", image: Self.picture).expecting(200)
        let id = try module.find(newest: "")

        let file = try #require(try desk.detail(id).list("messages").last).list("attachments").first
        #expect(try file?.text("name") == "picture.png")
        #expect(try file?.text("type") == "image/png")
        #expect(try file?.number("size") == Self.picture.count)
        #expect(try fetch(try #require(try file?.text("url"))).expecting(200).bytes == Self.picture)

        let inModule = try #require(try module.messages(id).last).list("attachments").first
        #expect(try inModule?.number("metadata.width") == 1)
        #expect(try fetch(try #require(try inModule?.text("url"))).expecting(200).bytes == Self.picture)
        #expect(try rooms.history(id).last == Line(.customer, "picture.png"))
    }

    @Test func anAgentsPictureReachesCustomers() throws {
        let guest = try LocalProGuest(gateway.client(), "file-guest")
        try guest.begin("send me one")
        let app = try ZenApp(gateway.client(), "file-app", .chat)
        try app.begin("me too")
        for text in ["send me one", "me too"] {
            let id = try module.find(newest: text)
            let path = "/api/chat/sessions/\(id)/messages"
            let files = [(field: "attachments[0]", name: "answer.png", bytes: Self.picture)]
            try module.http.form(path, [("content", "here")], files: files, bearer: TestTenant.admin).expecting(201)
        }
        let inLocalPro = try #require(try guest.messages().last).list("attachments").first
        #expect(try inLocalPro?.text("name") == "answer.png")
        #expect(try fetch(try #require(try inLocalPro?.text("previewUrl"))).expecting(200).bytes == Self.picture)
        let link = try #require(try app.messages().last).text("image_url")
        #expect(try fetch(link).expecting(200).bytes == Self.picture)
    }

    /// A link stays a link: nobody fetches it, and nobody's dashboard is made to.
    @Test func aLinkIsShownAsOne() throws {
        let app = try ZenApp(gateway.client(), "linker", .ticket)
        try app.begin("see below")
        let link = "https://elsewhere.test/picture.png"
        try app.send("this one", link: link).expecting(200)
        let id = try module.find(newest: "this one")
        let inLocalPro = try #require(try desk.detail(id).list("messages").last).list("attachments")
        #expect(try inLocalPro.map { try $0.text("url") } == [link])
        #expect(inLocalPro.first?["previewUrl"] == nil)
        let inModule = try #require(try module.messages(id).last).list("attachments")
        #expect(try inModule.map { try $0.text("url") } == [link])
        #expect(try app.messages().last?.text("image_url") == link)
    }

    /// A file's id is no key to it: without a signature each dialect asks for a right to the conversation.
    @Test func filesAreNotReachedAcross() throws {
        let backend = try ZenBackend(gateway.client(), "owner")
        try backend.begin("mine")
        try backend.send("", image: Self.picture).expecting(200)
        let id = try module.find(newest: "")
        let inModule = try #require(try module.messages(id).last).list("attachments").first
        let file = try #require(try inModule?.text("id"))
        let client = gateway.client()
        let user = TestTenant.token("owner")
        #expect(try client.get("/api/chat/attachments/\(file)", bearer: user).status == 403)
        #expect(try client.get("/api/chat/attachments/\(file)").status == 401)
        #expect([401, 404].contains(try client.get("/api/live-chat/attachments/\(file.prefix(24))").status))
        let app = try ZenApp(client, "owner", .chat)
        try app.begin("hello")
        let path = "/api/client/files/\(file)?email=\(app.email)"
        #expect(try client.get(path, bearer: app.bearer).status == 404)
    }
}
