import Core
import Testing

@testable import gatewayd

/// The sixth dialect, which nothing outside its folder and its line in the catalog knows of.
struct ExampleDialectTests {
    /// One exchange, byte for byte.
    struct Exchange: Sendable, CustomTestStringConvertible {
        let request: String
        var body = ""
        var token: String?
        let status: Int
        let answer: String

        var testDescription: String { request }
    }

    /// In this order, on one server.
    private static let table = [
        Exchange(
            request: "GET /example/threads/t1/lines",
            status: 404,
            answer: #"{"error":"unknown-conversation"}"#
        ),
        Exchange(request: "PUT /example/threads/t1", status: 201, answer: ""),
        Exchange(request: "PUT /example/threads/t1", status: 200, answer: ""),
        Exchange(request: "GET /example/threads/t1/lines", status: 200, answer: #"{"open":true,"lines":[]}"#),
        Exchange(
            request: "POST /example/threads/t1/lines",
            body: #"{"text":"Hello"}"#,
            status: 201,
            answer: #"{"number":1}"#
        ),
        Exchange(
            request: "POST /example/threads/t1/lines",
            body: #"{"text":"Hi"}"#,
            token: TestTenant.support,
            status: 201,
            answer: #"{"number":2}"#
        ),
        Exchange(
            request: "GET /example/threads/t1/lines",
            status: 200,
            answer: #"{"open":true,"lines":[{"by":"guest","text":"Hello"},{"by":"agent","text":"Hi"}]}"#
        ),
        Exchange(
            request: "GET /example/threads",
            token: TestTenant.support,
            status: 200,
            answer: #"{"threads":[{"thread":"t1","last":"Hi"}]}"#
        ),
        Exchange(request: "GET /example/threads", status: 401, answer: #"{"error":"unauthenticated"}"#),
        Exchange(
            request: "GET /example/threads/t1/lines",
            token: "nobody",
            status: 401,
            answer: #"{"error":"unauthenticated"}"#
        ),
        Exchange(
            request: "POST /example/threads/t1/lines",
            body: #"{"text":1}"#,
            status: 400,
            answer: #"{"error":"malformed"}"#
        ),
        Exchange(request: "PATCH /example/threads/t1", status: 405, answer: #"{"error":"wrong-method"}"#),
        Exchange(request: "GET /example/thread", status: 404, answer: #"{"error":"unknown-route"}"#),
    ]

    @Test func everyExchangeIsAsWritten() throws {
        let gateway = try TestGateway()
        for exchange in Self.table {
            let words = exchange.request.split(separator: " ").map(String.init)
            let answer = try gateway.client().send(words[0], words[1], exchange.body, bearer: exchange.token)
            #expect(answer.status == exchange.status, "\(exchange.request)")
            #expect(answer.text == exchange.answer, "\(exchange.request)")
        }
    }

    @Test func theSocketTellsLines() throws {
        let gateway = try TestGateway()
        let guest = try ExampleGuest(gateway.client(), "t1")
        try guest.begin("Hello")
        let socket = try WebSocketClient(gateway.client(), "/example/threads/t1/live")
        #expect(try guest.send("More") == 201)
        #expect(try socket.text() == #"{"by":"guest","text":"More"}"#)
    }

    /// A program without it refuses a tenant that asks for it, and names what it knows.
    @Test func withoutItsLineItIsUnknown() throws {
        let folder = try Files.makeTemporaryDirectory(prefix: "gateway-")
        defer { _ = try? Files.removeTree(folder) }
        try Files.makeDirectory(folder + "/tenants")
        try Files.replaceContents(of: folder + "/plugins.yaml", with: Array("plugins: { example: {} }\n".utf8).span)
        let loaded = Assembly.load(folder, environment: [:])
        #expect(loaded.diagnostics.contains { $0.isError && $0.message.contains("example") })
    }
}
