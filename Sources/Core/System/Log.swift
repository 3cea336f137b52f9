import Synchronization

/// Where finished log lines go.
package protocol LogSink: Sendable {
    /// Takes one whole line with its newline. Called from any thread.
    func write(_ line: [UInt8])
    /// Waits until the lines so far are where they belong, for so long at most.
    func flush(milliseconds: Int)
}

extension LogSink {
    package func flush(milliseconds: Int) {}
}

/// Keeps lines in memory, for tests.
package final class MemorySink: LogSink {
    private let kept = Mutex<[[UInt8]]>([])

    package init() {}

    package func write(_ line: [UInt8]) {
        kept.withLock { $0.append(line) }
    }

    /// The lines so far, without newlines.
    package var lines: [String] {
        kept.withLock { kept in kept.map { String(decoding: $0.dropLast(), as: UTF8.self) } }
    }
}

/// Structured log lines. A copy is cheap and can be used on any thread.
///
/// Messages are fixed texts; what varies goes into fields, where keys such as `token` or `content` are masked.
package struct Log: Sendable {
    /// Lines below this level are dropped.
    package let level: LogLevel
    private let format: LogFormat
    private let sink: any LogSink
    private let clock: any Clock
    private let context: [LogField]

    package init(
        level: LogLevel = .info,
        format: LogFormat,
        sink: any LogSink = StandardErrorSink(),
        clock: any Clock = SystemClock()
    ) {
        self.init(level: level, format: format, sink: sink, clock: clock, context: [])
    }

    private init(level: LogLevel, format: LogFormat, sink: any LogSink, clock: any Clock, context: [LogField]) {
        self.level = level
        self.format = format
        self.sink = sink
        self.clock = clock
        self.context = context
    }

    /// The same log with fields that every line begins with.
    package func with(_ fields: LogField...) -> Log {
        Log(level: level, format: format, sink: sink, clock: clock, context: context + fields)
    }

    /// True when lines of a level are written: ask before computing costly fields.
    package func isEnabled(_ level: LogLevel) -> Bool { level >= self.level }

    package func debug(_ message: StaticString, _ fields: LogField...) { write(.debug, message, fields) }
    package func info(_ message: StaticString, _ fields: LogField...) { write(.info, message, fields) }
    package func warning(_ message: StaticString, _ fields: LogField...) { write(.warning, message, fields) }
    package func error(_ message: StaticString, _ fields: LogField...) { write(.error, message, fields) }

    /// Waits until the lines so far are where they belong, for so long at most.
    package func flush(milliseconds: Int) { sink.flush(milliseconds: milliseconds) }

    /// Writes a line of any level.
    package func write(_ level: LogLevel, _ message: StaticString, _ fields: [LogField]) {
        guard isEnabled(level) else { return }
        sink.write(
            LogLine.render(
                format,
                unixMilliseconds: clock.nowUnixMilliseconds,
                level: level,
                message: message,
                fields: context.isEmpty ? fields : context + fields
            )
        )
    }
}
