import Core
import Testing

/// What one dialect writes and another shows: each fact in the form of the reader.
struct TravelTests {
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

    @Test func priorityAndTags() throws {
        let user = try ModuleUser(gateway.client(), "ada")
        _ = try user.create(#"{"subject":"Bill","priority":"low","tags":["vip","paid"]}"#)
        let id = user.sessionID
        let listed = try desk.session(id)
        #expect(try listed.text("priority") == "low")
        #expect(try listed.list("tags").map(\.string) == ["vip", "paid"])
        #expect(try listed.text("subject") == "Bill")

        let feed = try user.feed()
        try desk.update(id, #"{"priority":"urgent","tags":["calm"]}"#)
        try feed.await(.changed)
        #expect(try user.session().text("priority") == "high")
        #expect(try user.session().list("tags").map(\.string) == ["calm"])
        #expect(try desk.session(id).text("priority") == "urgent")
    }

    /// A poorer dialect's write changes what is stored only when what it shows changes.
    @Test func statusIsRenderedDownAndNeverLost() throws {
        let guest = try LocalProGuest(gateway.client(), "status-guest")
        try guest.begin("hello")
        let id = try module.find(newest: "hello")
        #expect(try guest.session().text("status") == "pending")
        #expect(try module.session(id).text("status") == "active")
        #expect(try !rooms.isClosed(id))

        try desk.update(guest.sessionID, #"{"status":"archived"}"#)
        #expect(try module.session(id).text("status") == "closed")
        #expect(try rooms.isClosed(id))
        #expect(try module.request("PUT", id, "close").status == 409)
        try rooms.close(id)
        #expect(try desk.session(guest.sessionID).text("status") == "archived")

        try desk.update(guest.sessionID, #"{"status":"pending"}"#)
        #expect(try module.session(id).text("status") == "active")
        try rooms.close(id)
        #expect(try guest.session().text("status") == "closed")
    }

    @Test func assignment() throws {
        let app = try ZenApp(gateway.client(), "assigned", .ticket)
        try app.begin("help")
        let id = try module.find(newest: "help")
        // An answer assigns in LocalPro alone.
        #expect(try module.send("looking", to: id) == 201)
        #expect(try module.session(id)["agentId"] == nil)
        #expect(try desk.session(id).text("status") == "active")
        #expect(try desk.send("here", to: id) == 201)
        #expect(try module.session(id).text("agentId") == "agent123")
        #expect(try module.request("PUT", id, "assign", #"{"agentId":"boss1"}"#).status == 409)

        let other = try ZenBackend(gateway.client(), "other")
        try other.begin("me too")
        let second = try module.find(newest: "me too")
        try module.request("PUT", second, "assign", #"{"agentId":"boss1"}"#).expecting(200)
        let session = try desk.session(second)
        #expect(try session.text("assignedAgent._id") == "boss1")
        #expect(try session.text("assignedAgent.firstName") == "Ann")
        #expect(try session.text("status") == "active")
    }

    @Test func ratingAndEnd() throws {
        let guest = try LocalProGuest(gateway.client(), "rating-guest")
        try guest.begin("rate me")
        let id = try module.find(newest: "rate me")
        let feeds = [try module.feed(id), try rooms.feed(id), try desk.feed(guest.sessionID)]
        try guest.end(#"{"rating":4,"feedback":"fine"}"#).expecting(200)
        for feed in feeds { try feed.await(.ended) }
        let session = try desk.session(guest.sessionID)
        #expect(try session.number("rating.score") == 4)
        #expect(try session.text("rating.feedback") == "fine")
        #expect(try module.session(id).text("status") == "closed")
        #expect(try rooms.isClosed(id))
        try guest.rate(5, "better").expecting(200)
        #expect(try desk.session(guest.sessionID).number("rating.score") == 5)
    }

    /// The same message to a closed conversation: each dialect has its own answer.
    @Test func closedConversations() throws {
        let client = gateway.client()
        let expected = [400, 409, 409, 200, 200, 409, 409]
        for (index, make) in Participants.customers.enumerated() {
            let customer = try make(client, "closing-\(index)")
            try customer.begin("close \(index)")
            let id = try module.find(newest: "close \(index)")
            try module.close(id)
            #expect(try customer.isClosed(), "\(customer.label)")
            #expect(try customer.send("again") == expected[index], "\(customer.label)")
            #expect(try module.isClosed(id) == (expected[index] != 200), "\(customer.label)")
        }
    }

    /// One set of watermarks: what one dialect reads is read in all.
    @Test func receipts() throws {
        let user = try ModuleUser(gateway.client(), "reader")
        try user.begin("one")
        #expect(try user.send("two") == 201)
        let id = user.sessionID
        #expect(try desk.session(id).number("unreadCount") == 2)
        #expect(try user.messages().map { try $0.text("status") } == ["sent", "sent"])
        _ = try rooms.history(id)
        #expect(try user.messages().map { try $0.text("status") } == ["delivered", "delivered"])

        let feed = try rooms.feed(id)
        try desk.read(id)
        try feed.await(.read(by: .agent))
        #expect(try user.messages().map { try $0.text("status") } == ["read", "read"])
        #expect(try desk.session(id).number("unreadCount") == 0)

        #expect(try rooms.send("three", to: id) == 200)
        let answer = try #require(try user.messages().last)
        #expect(try !answer.flag("read"))
        let agentsFeed = try desk.feed(id)
        try user.read([try answer.text("id")])
        try agentsFeed.await(.read(by: .customer))
        #expect(try rooms.messages(id).last?.flag("read") == true)
        #expect(try desk.detail(id).list("messages").last?.flag("isRead") == true)
    }

    /// Notes are for agents who have a word for them; system texts are hidden where there is none.
    @Test func notesAndSystemTexts() throws {
        let guest = try LocalProGuest(gateway.client(), "noted-guest")
        try guest.begin("first")
        let id = try module.find(newest: "first")
        try desk.request("POST", "/sessions/\(guest.sessionID)/notes", #"{"content":"hush"}"#).expecting(201)
        #expect(try desk.detail(guest.sessionID).list("session.notes").map { try $0.text("content") } == ["hush"])
        let spoken = [Line(.customer, "first")]
        #expect(try module.history(id) == spoken)
        #expect(try rooms.history(id) == spoken)
        #expect(try guest.messages().count == 2)
        #expect(try guest.session().number("messageCount") == 2)
        let shown = try gateway.client().get("/api/live-chat/sessions/\(guest.sessionID)").expecting(200)
        #expect(!shown.text.contains("hush"))
    }
}
