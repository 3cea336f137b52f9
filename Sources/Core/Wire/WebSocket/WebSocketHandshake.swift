/// What an upgrade request says, free of any HTTP type. Each list holds the values of all fields of that name, one for
/// each field line, as they stood on the wire.
package struct WebSocketUpgradeRequest: Sendable {
    package var isGet: Bool
    /// Whether the request is of HTTP/1.1 or a later 1.x; in 1.0 `Upgrade` means nothing (RFC 9110 7.8).
    package var isHTTP11: Bool
    package var upgrade: [String]
    package var connection: [String]
    package var key: [String]
    package var version: [String]
    package var protocols: [String]

    package init(
        isGet: Bool,
        isHTTP11: Bool,
        upgrade: [String],
        connection: [String],
        key: [String],
        version: [String],
        protocols: [String]
    ) {
        self.isGet = isGet
        self.isHTTP11 = isHTTP11
        self.upgrade = upgrade
        self.connection = connection
        self.key = key
        self.version = version
        self.protocols = protocols
    }

    /// Whether an upgrade to WebSocket is asked for at all, rightly or not.
    package var asksForWebSocket: Bool {
        isHTTP11 && Self.elements(of: upgrade).contains { $0.lowercased() == "websocket" }
    }

    /// The token of a client that offered `bearer, <token>` as subprotocols, which is how browsers can send one.
    package var bearerToken: String? {
        let offered = Self.elements(of: protocols)
        guard let place = offered.firstIndex(of: WebSocketHandshake.bearerProtocol), place + 1 < offered.count else {
            return nil
        }
        return offered[place + 1]
    }

    /// The elements of a comma-separated list over several field lines (RFC 9110 5.6.1), empty ones left out.
    static func elements(of lines: [String]) -> [String] {
        lines.flatMap { line in
            line.utf8.split(separator: UInt8(ascii: ",")).compactMap { element in
                let trimmed = element.drop(while: isSpace)
                guard let last = trimmed.lastIndex(where: { !isSpace($0) }) else {
                    return nil
                }
                return String(trimmed[...last])
            }
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }
}

/// The server's side of the opening handshake (RFC 6455 4.2). No extension is ever agreed to. Origins and credentials
/// are the caller's.
package enum WebSocketHandshake {
    /// A field of the response.
    package struct Field: Equatable, Sendable {
        package let name: String
        package let value: String
    }

    /// The answer to an upgrade request.
    package enum Answer: Equatable, Sendable {
        /// Status 101 with these fields and no body.
        case accept(fields: [Field])
        /// This status with these fields, in the body of whichever dialect is spoken.
        case reject(status: Int, fields: [Field], reason: String)
    }

    /// The subprotocol that carries a token.
    package static let bearerProtocol = "bearer"

    /// Checks a request in the order of RFC 6455 4.2.1.
    package static func answer(_ request: WebSocketUpgradeRequest) -> Answer {
        guard request.isGet else {
            return .reject(
                status: 405,
                fields: [Field(name: "Allow", value: "GET")],
                reason: "WebSocket connections begin with GET"
            )
        }
        guard request.isHTTP11 else {
            return .reject(status: 400, fields: [], reason: "WebSocket needs HTTP/1.1")
        }
        guard request.asksForWebSocket else {
            return .reject(status: 426, fields: upgradeRequired, reason: "This path speaks WebSocket only")
        }
        let connection = WebSocketUpgradeRequest.elements(of: request.connection)
        guard connection.contains(where: { $0.lowercased() == "upgrade" }) else {
            return .reject(status: 400, fields: [], reason: "Connection does not name Upgrade")
        }
        guard request.version == ["13"] else {
            return .reject(status: 426, fields: upgradeRequired, reason: "Sec-WebSocket-Version must be 13")
        }
        guard request.key.count == 1, let key = request.key.first, isKey(key) else {
            return .reject(status: 400, fields: [], reason: "Sec-WebSocket-Key must be 16 bytes of base64")
        }
        var fields = [
            Field(name: "Upgrade", value: "websocket"),
            Field(name: "Connection", value: "Upgrade"),
            Field(name: "Sec-WebSocket-Accept", value: acceptValue(for: key)),
        ]
        if request.bearerToken != nil {
            fields.append(Field(name: "Sec-WebSocket-Protocol", value: bearerProtocol))
        }
        return .accept(fields: fields)
    }

    /// The value that shows the client its key was read (RFC 6455 4.2.2, 5.4). Clients use it to check the answer.
    package static func acceptValue(for key: String) -> String {
        var bytes = Array(key.utf8)
        bytes.append(ascii: "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
        return Base64.encode(WebSocketSHA1.digest(bytes))
    }

    /// RFC 9110 15.5.22 wants `Upgrade`, RFC 6455 4.4 the version.
    private static let upgradeRequired = [
        Field(name: "Upgrade", value: "websocket"),
        Field(name: "Connection", value: "Upgrade"),
        Field(name: "Sec-WebSocket-Version", value: "13"),
    ]

    /// 16 bytes are 22 characters and `==`. The four bits left over in the last character may be anything: the key is
    /// never decoded, and clients exist that draw 22 random characters.
    private static func isKey(_ key: String) -> Bool {
        let characters = Array(key.utf8)
        guard characters.count == 24, characters[22...].elementsEqual("==".utf8) else {
            return false
        }
        return characters[..<22].allSatisfy { character in
            switch character {
            case 48...57, 65...90, 97...122, UInt8(ascii: "+"), UInt8(ascii: "/"): true
            default: false
            }
        }
    }
}
