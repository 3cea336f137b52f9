import Core
import Testing

@testable import Adapters

/// Message bodies, byte for byte, and their states.
struct ChatModuleMessageRenderingTests {
    private typealias Samples = ChatModuleSamples

    private static let id = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
    private static let fileID = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"

    @Test func sentMessageHasStatus201() throws {
        let response = try Samples.renderer().sentMessage(Samples.message(), at: Samples.place, now: Samples.noon)
        #expect(response.head.status == .created)
        #expect(
            response.bodyText == """
                {"id":"\(Self.id)","content":"Hello","sender":"user","timestamp":"2024-12-04T12:00:01.234Z",\
                "read":false,"status":"sent"}
                """
        )
    }

    @Test(arguments: [
        (AuthorKind.customer, "user"), (.agent, "support"), (.system, "support"),
    ])
    func senderIsUserOrSupport(kind: AuthorKind, sender: String) throws {
        let text = try Samples.renderer().sentMessage(Samples.message(kind), at: Samples.place, now: 0).bodyText
        #expect(text?.contains("\"sender\":\"\(sender)\"") == true)
    }

    @Test func listShowsMessagesTotalAndMore() throws {
        var conversation = Samples.conversation()
        conversation.agents = Watermark(delivered: 2, read: 1)
        let messages = [1, 2, 3].map { Samples.message(number: $0, text: "m\($0)") }
        let response = try Samples.renderer().messageList(
            messages,
            ChatModuleReceipts(conversation),
            total: 12,
            hasMore: true,
            at: Samples.place,
            now: Samples.noon
        )
        func message(_ number: Int, _ read: Bool, _ status: String) -> String {
            """
            {"id":"\(Self.id)","content":"m\(number)","sender":"user","timestamp":"2024-12-04T12:00:01.234Z",\
            "read":\(read),"status":"\(status)"}
            """
        }
        #expect(
            response.bodyText == """
                {"messages":[\(message(1, true, "read")),\(message(2, false, "delivered")),\
                \(message(3, false, "sent"))],"totalCount":12,"hasMore":true}
                """
        )
    }

    @Test func attachmentsHaveMetadataOnlyWhenKnown() throws {
        let renderer = try Samples.renderer()
        func text(_ attachment: Core.Attachment) -> String? {
            renderer.sentMessage(
                Samples.message(attachments: [attachment]),
                at: Samples.place,
                now: Samples.noon
            ).bodyText
        }
        let plain = text(Samples.attachment())
        #expect(plain?.contains(#""attachments":[{"id":"\#(Self.fileID)","url":"/api/chat/attachments/"#) == true)
        #expect(plain?.hasSuffix(#","type":"image/png","name":"photo \"1\".png","size":1234}]}"#) == true)
        let image = text(Samples.attachment(width: 640, height: 480))
        #expect(image?.hasSuffix(#""size":1234,"metadata":{"width":640,"height":480}}]}"#) == true)
        let sound = text(Samples.attachment(duration: 2.5))
        #expect(sound?.hasSuffix(#""size":1234,"metadata":{"duration":2.5}}]}"#) == true)
    }

    @Test func linksStandBehindBasePrefixAndMount() throws {
        let renderer = try Samples.renderer(mount: "/cm")
        let place = ChatModulePlace(base: "https://acme.example:8443", prefix: "/acme")
        let message = Samples.message(attachments: [Samples.attachment()])
        let body = try #require(renderer.sentMessage(message, at: place, now: Samples.noon).bodyText)
        let json = try Samples.json(body)
        let attachments = try #require(json["attachments"]?.array)
        let url = try #require(attachments.first(where: { _ in true })?["url"]?.string)
        let path = "/cm/api/chat/attachments/\(Self.fileID)"
        #expect(url.hasPrefix("https://acme.example:8443/acme\(path)?exp="))
        let encoded = try #require(url.split(separator: "?").last)
        let query = try Samples.query(String(encoded))
        #expect(renderer.attachmentPath(Self.fileID) == path)
        #expect(renderer.links.verify(path: path, query: query, now: Samples.noon + 3_600_000) == .valid)
        #expect(renderer.links.verify(path: path, query: query, now: Samples.noon + 90_000_000) == .expired)
        #expect(renderer.links.verify(path: path + "0", query: query, now: Samples.noon) == .invalid)
    }

    @Test func imageLinksShowAsAttachments() throws {
        let message = Samples.message(imageURL: "https://cdn.example/cat.png?x=1&y=2")
        let text = try Samples.renderer().sentMessage(message, at: Samples.place, now: 0).bodyText
        let expected = """
            "attachments":[{"id":"\(Self.id)-image","url":"https://cdn.example/cat.png?x=1&y=2","type":"image/*",\
            "name":"image","size":0}]}
            """
        #expect(text?.hasSuffix(expected) == true)
    }

    @Test func agentsMessagesAreReadByTheUser() {
        var conversation = Samples.conversation()
        conversation.customer = Watermark(delivered: 3, read: 1)
        let receipts = ChatModuleReceipts(conversation)
        #expect(receipts.status(of: Samples.message(.agent, number: 1)) == .read)
        #expect(receipts.status(of: Samples.message(.agent, number: 3)) == .delivered)
        #expect(receipts.status(of: Samples.message(.agent, number: 4)) == .sent)
        #expect(receipts.status(of: Samples.message(.customer, number: 1)) == .sent)
    }

    @Test func singleMessagesMayBeReadAboveTheWatermark() {
        let receipts = ChatModuleReceipts(Samples.conversation(), readByUser: [5], readByAgents: [6])
        #expect(receipts.status(of: Samples.message(.agent, number: 5)) == .read)
        #expect(receipts.status(of: Samples.message(.customer, number: 5)) == .sent)
        #expect(receipts.status(of: Samples.message(.customer, number: 6)) == .read)
        #expect(receipts.status(of: Samples.message(.agent, number: 6)) == .sent)
    }
}
