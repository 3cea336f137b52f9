import Core

/// `wire-conformance json`: is the text on standard input JSON?
enum JSONCommand {
    static func run() -> Int32 {
        guard let text = StandardStreams.readInput(limit: ConformanceProgram.inputLimit) else {
            StandardStreams.error("wire-conformance json: the text is too long\n")
            return 1
        }
        do throws(JSONError) {
            _ = try JSONDocument(parsing: text)
            return 0
        } catch {
            StandardStreams.error("wire-conformance json: \(error)\n")
            return 1
        }
    }
}
