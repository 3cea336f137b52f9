import Core
import Glibc

/// What chat clients send and what their servers answer: short bodies, a page of messages, text outside ASCII, text with
/// escapes and one indented document.
enum Sample {
    static func message(_ number: Int) -> String {
        let texts = [
            "Hello, I would like to know where my order 4711 is, please.",
            "Добрый день! Подскажите, пожалуйста, когда приедет заказ?",
            "First line\\nsecond \\\"quoted\\\" line\\n\\u00e9\\ud83d\\ude00 end",
            "Thanks 👍",
        ]
        return """
            {"id":"msg_\(1_000_000 + number)","conversationId":"conv_8f14e45fceea167a","sender":{"id":"agent123",\
            "name":"Jane Smith","role":"support","avatar":null},"content":"\(texts[number % texts.count])",\
            "type":"text","createdAt":"2025-01-31T12:34:56.789Z","read":\(number % 2 == 0),"number":\(number),\
            "attachments":[]}
            """
    }

    static let documents: [[UInt8]] = {
        let page = (0..<50).map(message).joined(separator: ",")
        let texts = [
            #"{"sessionId":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","content":"Hi, is anybody there?"}"#,
            #"{"type":"typing","isTyping":true}"#,
            #"["chat message",{"roomId":"general","text":"hello everyone","nonce":173837}]"#,
            message(2),
            "{\"messages\":[\(page)],\"total\":1234,\"hasMore\":true,\"ratio\":0.25}",
            """
            {
                "user": {
                    "firstName": "Ann",
                    "lastName": "Lee",
                    "email": "ann@acme.example"
                },
                "page": "https://acme.example/products/42?ref=chat",
                "tags": [ "vip", "returns" ]
            }
            """,
        ]
        return texts.map { Array($0.utf8) }
    }()
}

/// A message as the core holds it.
struct Message {
    var id: String
    var content: String
    var number: Int

    init?(_ value: JSONValue) {
        guard let id = value["id"]?.string, let content = value["content"]?.string, let number = value["number"]?.int
        else {
            return nil
        }
        self.id = id
        self.content = content
        self.number = number
    }
}

func writePage(of messages: [Message], into json: inout JSONWriter) {
    json.object {
        $0.array("messages") {
            for message in messages {
                $0.object {
                    $0.field("id", message.id)
                    $0.field("conversationId", "conv_8f14e45fceea167a")
                    $0.object("sender") {
                        $0.field("id", "agent123")
                        $0.field("name", "Jane Smith")
                        $0.field("role", "support")
                        $0.null("avatar")
                    }
                    $0.field("content", message.content)
                    $0.field("type", "text")
                    $0.field("createdAt", "2025-01-31T12:34:56.789Z")
                    $0.field("read", true)
                    $0.field("number", message.number)
                    $0.array("attachments") { _ in }
                }
            }
        }
        $0.field("total", 1_234)
        $0.field("hasMore", true)
        $0.field("ratio", 0.25)
    }
}

/// The best rate of many short runs, in MB/s; the best, as other programs can only slow a run down.
func bestRate(_ work: () throws -> Int) rethrows -> Double {
    let clock = ContinuousClock()
    var best = 0.0
    for _ in 0..<200 {
        var bytes = 0
        let time = try clock.measure {
            for _ in 0..<50 {
                bytes += try work()
            }
        }
        best = max(best, Double(bytes) / (time / .seconds(1)) / 1_000_000)
    }
    return best
}

func run() throws -> Bool {
    let parse = try bestRate {
        var bytes = 0
        for document in Sample.documents {
            bytes += try JSONDocument(parsing: document).bytes.count
        }
        return bytes
    }
    let page = try JSONDocument(parsing: Sample.documents[4]).root["messages"]?.array
    let messages = page.map(Array.init)?.compactMap(Message.init) ?? []
    var buffer: [UInt8] = []
    let write = bestRate {
        buffer.removeAll(keepingCapacity: true)
        var json = JSONWriter(appendingTo: buffer)
        buffer = []
        writePage(of: messages, into: &json)
        buffer = json.bytes
        return buffer.count
    }
    print("parse \(Int(parse)) MB/s, write \(Int(write)) MB/s")
    return parse >= 300 && write >= 300
}

if try !run() {
    exit(1)
}
