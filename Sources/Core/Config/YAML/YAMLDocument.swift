/// A YAML file as read: its tree, and what was wrong with it.
///
/// With issues the tree may be missing or cut short; it then serves only to learn whose file it is.
package struct YAMLDocument: Sendable, Equatable {
    /// Largest file in bytes.
    package static let maximumBytes = 1024 * 1024

    package let root: YAMLNode?
    /// Whether reading came to the end, so that what is missing from the tree is missing from the file.
    package let isWhole: Bool
    package let issues: [YAMLIssue]

    /// Reads a file's bytes. Never fails: everything wrong is in `issues`.
    package init(reading bytes: [UInt8]) {
        guard bytes.count <= Self.maximumBytes else {
            root = nil
            isWhole = false
            issues = [
                YAMLIssue(
                    mark: SourceMark(line: 1, column: 1),
                    message: "the file is larger than \(Self.maximumBytes) bytes"
                )
            ]
            return
        }
        let invalid = Self.firstInvalidCharacter(in: bytes)
        if let invalid {
            root = nil
            isWhole = false
            let mark = Self.mark(of: invalid, in: bytes)
            issues = [YAMLIssue(mark: mark, message: "the file is not UTF-8 text")]
            return
        }
        var builder = YAMLTreeBuilder()
        let failure = YAMLEventReader.read(bytes) { event, mark in builder.take(event, at: mark) }
        root = builder.result
        isWhole = failure == nil && builder.isWhole
        var issues = builder.issues
        if let failure {
            let mark = failure.byteOffset.map { Self.mark(of: $0, in: bytes) } ?? failure.mark
            issues.append(YAMLIssue(mark: mark, message: "not valid YAML: \(failure.message)"))
        }
        self.issues = issues
    }

    private static func firstInvalidCharacter(in bytes: [UInt8]) -> Int? {
        do {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    /// Line and column of a byte; a column is a character, so continuation bytes do not count.
    private static func mark(of offset: Int, in bytes: [UInt8]) -> SourceMark {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return SourceMark(line: line, column: column)
    }
}
