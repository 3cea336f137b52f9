import Core

/// Shows the wire code of the daemon to suites that come from outside: they can be pointed at it without a tenant, a
/// dialect or a database.
enum ConformanceProgram {
    static let usage = """
        Usage: wire-conformance serve --listen HOST:PORT   a server that echoes, over HTTP, WebSocket, Engine.IO, Socket.IO
               wire-conformance json                       reads a JSON text on standard input
               wire-conformance multipart BOUNDARY         reads a multipart/form-data body on standard input

        json and multipart exit with 0 when they accept what they read and with 1 when they refuse it.

        """

    /// 0: accepted, done. 1: refused, failed. 2: the call itself is wrong.
    static func run(_ arguments: [String]) -> Int32 {
        switch arguments.first {
        case "serve" where arguments.count == 3 && arguments[1] == "--listen":
            return ServeCommand.run(listen: arguments[2])
        case "json" where arguments.count == 1:
            return JSONCommand.run()
        case "multipart" where arguments.count == 2:
            return MultipartCommand.run(boundary: arguments[1])
        case "--help", "-h", "help":
            StandardStreams.out(usage)
            return 0
        default:
            StandardStreams.error(usage)
            return 2
        }
    }

    /// More than any suite sends; what is read is kept in memory.
    static let inputLimit = 256 << 20
}
