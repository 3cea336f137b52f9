/// How log lines look.
package enum LogFormat: Sendable, Equatable {
    /// For people: `2024-12-04T12:00:00.000Z info    listening port=8080`.
    case text
    /// For programs: one JSON object per line.
    case json

    /// Text on a terminal, else JSON.
    package static func automatic() -> LogFormat {
        Terminal.isTerminal(2) ? .text : .json
    }
}

/// Renders log lines. Whatever the values hold, a line stays one line and cannot steer a terminal.
enum LogLine {
    /// Characters of one value that are written; a client chooses some of them.
    private static let longestText = 2000

    static func render(
        _ format: LogFormat,
        unixMilliseconds: Int64,
        level: LogLevel,
        message: StaticString,
        fields: [LogField]
    ) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(160)
        switch format {
        case .text:
            CivilTime.append(unixMilliseconds, to: &out)
            out.append(UInt8(ascii: " "))
            out.append(contentsOf: level.name.utf8)
            out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 8 - level.name.utf8.count))
            appendEscaped(message.description, to: &out)
            for field in fields {
                out.append(UInt8(ascii: " "))
                appendEscaped(field.key.description, to: &out)
                out.append(UInt8(ascii: "="))
                append(field.value, quoteAlways: false, to: &out)
            }
        case .json:
            out.append(contentsOf: "{\"time\":\"".utf8)
            CivilTime.append(unixMilliseconds, to: &out)
            out.append(contentsOf: "\",\"level\":\"".utf8)
            out.append(contentsOf: level.name.utf8)
            out.append(contentsOf: "\",\"message\":".utf8)
            append(.text(message.description), quoteAlways: true, to: &out)
            for field in fields {
                out.append(UInt8(ascii: ","))
                append(.text(field.key.description), quoteAlways: true, to: &out)
                out.append(UInt8(ascii: ":"))
                append(field.value, quoteAlways: true, to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
        out.append(UInt8(ascii: "\n"))
        return out
    }

    private static func append(_ value: LogField.Value, quoteAlways: Bool, to out: inout [UInt8]) {
        switch value {
        case .number(let number):
            out.append(contentsOf: String(number).utf8)
        case .flag(let flag):
            out.append(contentsOf: (flag ? "true" : "false").utf8)
        case .text(let text):
            let quoted = quoteAlways || !text.utf8.allSatisfy(isPlain) || text.isEmpty
            if quoted { out.append(UInt8(ascii: "\"")) }
            appendEscaped(text, to: &out)
            if quoted { out.append(UInt8(ascii: "\"")) }
        }
    }

    /// True for bytes that need no quotes in the text form.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte > 32 && byte < 127 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "=")
    }

    /// Appends text as the inside of a JSON string, with everything invisible or line-breaking as `\uXXXX`.
    private static func appendEscaped(_ text: String, to out: inout [UInt8]) {
        var left = longestText
        for scalar in text.unicodeScalars {
            left -= 1
            guard left >= 0 else {
                out.append(contentsOf: "…".utf8)
                return
            }
            switch scalar.value {
            case 0x22, 0x5c:
                out.append(UInt8(ascii: "\\"))
                out.append(UInt8(truncatingIfNeeded: scalar.value))
            case 0x0a:
                out.append(contentsOf: "\\n".utf8)
            case 0x20...0x7e:
                out.append(UInt8(truncatingIfNeeded: scalar.value))
            case 0..<0x20, 0x7f...0x9f, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff:
                // C0 and C1 controls, line separators, and marks that reorder or hide text.
                out.append(contentsOf: "\\u".utf8)
                for shift in [12, 8, 4, 0] as [UInt32] {
                    let digit = UInt8(truncatingIfNeeded: scalar.value >> shift & 15)
                    out.append(digit < 10 ? 48 + digit : 87 + digit)
                }
            default:
                out.append(contentsOf: UTF8.encode(scalar)?.map { $0 } ?? [])
            }
        }
    }
}
