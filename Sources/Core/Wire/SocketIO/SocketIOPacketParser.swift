/// Reads the text of a packet: `<type>[<attachments>-][<namespace>,][<id>][<JSON>]`, as in
/// `51-/admin,13["photo",{"_placeholder":true,"num":0}]`.
enum SocketIOPacketParser {
    /// JavaScript counts no further.
    static let maxID = 9_007_199_254_740_991
    static let maxNamespaceLength = 256

    /// The packet without its attachments, and how many of them will follow.
    static func parse(
        _ text: Span<UInt8>,
        maxAttachments: Int
    ) throws(SocketIODecodingError) -> (packet: SocketIOPacket, attachments: Int) {
        guard !text.isEmpty, let (kind, isBinary) = kind(text[0]) else {
            throw .unknownType
        }
        var index = 1
        let attachments = isBinary ? try attachmentCount(text, &index, max: maxAttachments) : 0
        let namespace = try namespace(text, &index)
        let id = try id(text, &index)
        let payload = try payload(text, from: index)
        let packet = SocketIOPacket(kind: kind, namespace: namespace, id: id, payload: payload, attachments: [])
        try check(packet, attachments: attachments)
        return (packet, attachments)
    }

    private static func kind(_ digit: UInt8) -> (SocketIOPacket.Kind, isBinary: Bool)? {
        switch digit {
        case UInt8(ascii: "5"): (.event, true)
        case UInt8(ascii: "6"): (.ack, true)
        default: SocketIOPacket.Kind(rawValue: digit &- UInt8(ascii: "0")).map { ($0, false) }
        }
    }

    private static func attachmentCount(
        _ text: Span<UInt8>,
        _ index: inout Int,
        max: Int
    ) throws(SocketIODecodingError) -> Int {
        guard let count = digits(text, &index), count > 0, index < text.count, text[index] == UInt8(ascii: "-") else {
            throw .invalidAttachmentCount
        }
        guard count <= max else {
            throw .tooManyAttachments
        }
        index += 1
        return count
    }

    private static func namespace(
        _ text: Span<UInt8>,
        _ index: inout Int
    ) throws(SocketIODecodingError) -> String {
        guard index < text.count, text[index] == UInt8(ascii: "/") else {
            return SocketIOPacket.mainNamespace
        }
        let end = text.firstIndex(of: UInt8(ascii: ","), in: index..<text.count) ?? text.count
        guard end - index <= maxNamespaceLength, let name = String(decodingUTF8: text, in: index..<end),
            !name.utf8.contains(where: { $0 < 0x20 })
        else {
            throw .invalidNamespace
        }
        index = min(end + 1, text.count)
        return name
    }

    private static func id(_ text: Span<UInt8>, _ index: inout Int) throws(SocketIODecodingError) -> Int? {
        guard index < text.count, text[index] >= UInt8(ascii: "0"), text[index] <= UInt8(ascii: "9") else {
            return nil
        }
        guard let id = digits(text, &index) else {
            throw .invalidID
        }
        return id
    }

    /// One digit or more; nil when there is none or the number is beyond `maxID`.
    private static func digits(_ text: Span<UInt8>, _ index: inout Int) -> Int? {
        let start = index
        var number = 0
        while index < text.count, text[index] >= UInt8(ascii: "0"), text[index] <= UInt8(ascii: "9") {
            number = number * 10 + Int(text[index] - UInt8(ascii: "0"))
            guard number <= maxID else {
                return nil
            }
            index += 1
        }
        return index > start ? number : nil
    }

    private static func payload(_ text: Span<UInt8>, from index: Int) throws(SocketIODecodingError) -> JSONValue? {
        guard index < text.count else {
            return nil
        }
        do {
            return try JSONDocument(copying: text.extracting(index..<text.count)).root
        } catch {
            throw .invalidPayload
        }
    }

    private static func check(_ packet: SocketIOPacket, attachments: Int) throws(SocketIODecodingError) {
        switch packet.kind {
        case .connect:
            try require(packet.payload.map { $0.kind == .object } ?? true, .invalidPayload)
            try require(packet.id == nil, .invalidID)
        case .disconnect:
            try require(packet.payload == nil, .invalidPayload)
            try require(packet.id == nil, .invalidID)
        case .connectError:
            try require(packet.payload.map { $0.kind == .object || $0.kind == .string } ?? false, .invalidPayload)
        case .event:
            try checkEvent(packet)
        case .ack:
            try require(packet.payload?.kind == .array, .invalidPayload)
            try require(packet.id != nil, .invalidID)
        }
        if attachments > 0, let payload = packet.payload {
            try require(SocketIOPlaceholder.areSound(in: payload, count: attachments), .invalidPlaceholder)
        }
    }

    private static func checkEvent(_ packet: SocketIOPacket) throws(SocketIODecodingError) {
        guard let array = packet.payload?.array, let name = array.first(where: { _ in true }) else {
            throw .invalidPayload
        }
        switch name.kind {
        case .number: break
        case .string:
            for reserved in SocketIOPacket.reservedEvents {
                try require(!name.isString(reserved), .reservedEvent)
            }
        default: throw .invalidPayload
        }
    }

    private static func require(
        _ condition: Bool,
        _ error: SocketIODecodingError
    ) throws(SocketIODecodingError) {
        if !condition {
            throw error
        }
    }
}
