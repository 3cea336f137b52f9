import Core
import Testing

@Suite struct LogTests {
    private func lines(_ format: LogFormat, level: LogLevel = .debug, _ body: (Log) -> Void) -> [String] {
        let sink = MemorySink()
        body(Log(level: level, format: format, sink: sink, clock: ManualClock()))
        return sink.lines
    }

    @Test func textForPeople() {
        let lines = lines(.text) { log in
            log.info("listening", .field("address", "127.0.0.1:8080"), .field("tenants", 4), .field("tls", false))
            log.warning("odd value", .field("value", "two words"), .field("empty", ""))
        }
        #expect(lines[0] == "2024-12-04T12:00:00.000Z info    listening address=127.0.0.1:8080 tenants=4 tls=false")
        #expect(lines[1] == "2024-12-04T12:00:00.000Z warning odd value value=\"two words\" empty=\"\"")
    }

    @Test func jsonForPrograms() {
        let lines = lines(.json) { log in
            log.with(.field("tenant", "acme")).error("write failed", .field("bytes", UInt64.max), .error(error))
        }
        #expect(
            lines == [
                #"{"time":"2024-12-04T12:00:00.000Z","level":"error","message":"write failed","tenant":"acme","#
                    + #""bytes":9223372036854775807,"error":"write: No space left on device"}"#
            ]
        )
    }

    private let error = SystemError(code: 28, operation: "write")

    @Test(arguments: [LogFormat.text, .json])
    func nothingEscapesTheLine(format: LogFormat) {
        let hostile = "a\"b\\c\n\r\t\u{1b}[31m\u{0}\u{7f}\u{85}\u{9b}\u{2028}\u{202e}é😀"
        let line = lines(format) { $0.info("request", .field("path", hostile)) }[0]
        let escaped =
            #""a\"b\\c\n\u000d\u0009\u001b[31m\u0000\u007f\u0085\u009b\u2028\u202eé😀""#
        #expect(line.hasSuffix(format == .text ? "path=\(escaped)" : "\"path\":\(escaped)}"))
    }

    @Test func longTextsAreCut() {
        let line = lines(.text) { $0.info("request", .field("path", String(repeating: "a", count: 100_000))) }[0]
        #expect(line.utf8.count < 2100 && line.hasSuffix("a…"))
    }

    @Test func confidentialFieldsAreMasked() {
        let line = lines(.text) { log in
            log.info(
                "all",
                .field("token", "hunter2"),
                .field("guest_token", "hunter2"),
                .field("Authorization", "hunter2"),
                .field("webhookSecret", "hunter2"),
                .field("content", "hunter2"),
                .field("pin", 12345)
            )
        }[0]
        #expect(!line.contains("hunter2") && !line.contains("12345"))
        #expect(line.split(separator: "[masked]", omittingEmptySubsequences: false).count == 7)
        let open = lines(.text) { log in
            log.info("some", .field("content_length", 5), .field("token_count", 6), .field("spin", "yes"))
        }[0]
        #expect(open.hasSuffix("some content_length=5 token_count=6 spin=yes"))
    }

    @Test func levelsBelowAreDropped() {
        let lines = lines(.text, level: .warning) { log in
            log.debug("a")
            log.info("b")
            log.warning("c")
            log.error("d")
            #expect(!log.isEnabled(.info) && log.isEnabled(.error))
        }
        #expect(lines.count == 2)
        #expect(LogLevel(name: "warning") == .warning && LogLevel(name: "loud") == nil)
    }
}
