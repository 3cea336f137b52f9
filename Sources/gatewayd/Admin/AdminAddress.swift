import Core

/// Where a running daemon takes commands, as its data folder's `admin` file says.
struct AdminAddress {
    let host: String
    let port: UInt16
    let token: String

    init(host: String, port: UInt16, token: String) {
        self.host = host
        self.port = port
        self.token = token
    }

    static func file(in dataFolder: String) -> String { dataFolder + "/admin" }

    /// Three lines.
    var text: String { "\(host)\n\(port)\n\(token)\n" }

    init?(_ text: String) {
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.count == 3, let port = UInt16(lines[1]) else { return nil }
        self.init(host: lines[0], port: port, token: lines[2])
    }
}
