/// Puts packets together from Engine.IO messages: a text, then as many binary messages as it announces.
struct SocketIODecoder: Sendable {
    /// A packet whose attachments are on their way; on the heap, as it is rare and a connection has one for life.
    private indirect enum Assembly: Sendable {
        case idle
        case waiting(SocketIOPacket, missing: Int, bytes: Int)
    }

    private var assembly = Assembly.idle

    /// Takes the next message; returns a packet when it is complete.
    mutating func take(
        _ message: EngineIOMessage,
        _ settings: SocketIOSettings
    ) throws(SocketIODecodingError) -> SocketIOPacket? {
        switch (message, assembly) {
        case (.text(let text), .idle):
            let (packet, missing) = try SocketIOPacketParser.parse(text.span, maxAttachments: settings.maxAttachments)
            guard missing > 0 else {
                return packet
            }
            assembly = .waiting(packet, missing: missing, bytes: 0)
            return nil
        case (.binary(let data), .waiting(var packet, let missing, var bytes)):
            bytes += data.count
            guard bytes <= settings.maxAttachmentBytes else {
                throw .attachmentsTooLarge
            }
            packet.attachments.append(data)
            guard missing > 1 else {
                assembly = .idle
                return packet
            }
            assembly = .waiting(packet, missing: missing - 1, bytes: bytes)
            return nil
        case (.text, .waiting):
            throw .unexpectedText
        case (.binary, .idle):
            throw .unexpectedBinary
        }
    }
}
