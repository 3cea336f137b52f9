/// Writes packets as Engine.IO frames, once for all sockets that get them.
package enum SocketIOEncoder {
    /// The answer to a CONNECT. With a `pid` the client keeps the offsets of events and hands both in when it comes
    /// again; one that gets the `pid` it handed in knows that its state was recovered.
    package static func connect(
        namespace: String = SocketIOPacket.mainNamespace,
        sid: String,
        pid: String? = nil
    ) -> [EngineIOFrame] {
        packet(UInt8(ascii: "0"), namespace, nil, []) { json in
            json.object {
                $0.field("sid", sid)
                $0.optional("pid", pid)
            }
        }
    }

    /// The refusal of a CONNECT; `data` is JSON and becomes the `data` of the client's error.
    package static func connectError(
        namespace: String = SocketIOPacket.mainNamespace,
        message: String,
        data: [UInt8]? = nil
    ) -> [EngineIOFrame] {
        packet(UInt8(ascii: "4"), namespace, nil, []) { json in
            json.object {
                $0.field("message", message)
                if let data {
                    $0.key("data")
                    $0.rawElement(data)
                }
            }
        }
    }

    /// The end of a namespace's connection.
    package static func disconnect(namespace: String = SocketIOPacket.mainNamespace) -> [EngineIOFrame] {
        packet(UInt8(ascii: "1"), namespace, nil, []) { _ in }
    }

    /// An event; `arguments` writes them as elements, with `binaryPlaceholder` for each attachment.
    ///
    /// `offset` becomes one more argument, the last, as recovery wants it. A client that was given a `pid` takes any
    /// string in last place for an offset, so an event without one must not end in a string; and one that wants an
    /// acknowledgement (`id`) must not carry an offset.
    package static func event(
        namespace: String = SocketIOPacket.mainNamespace,
        name: String,
        id: Int? = nil,
        offset: String? = nil,
        attachments: [[UInt8]] = [],
        arguments: (inout JSONWriter) -> Void = { _ in }
    ) -> [EngineIOFrame] {
        let type = attachments.isEmpty ? UInt8(ascii: "2") : UInt8(ascii: "5")
        return packet(type, namespace, id, attachments) { json in
            json.array {
                $0.element(name)
                arguments(&$0)
                if let offset, id == nil {
                    $0.element(offset)
                }
            }
        }
    }

    /// The acknowledgement of an event.
    package static func ack(
        namespace: String = SocketIOPacket.mainNamespace,
        id: Int,
        attachments: [[UInt8]] = [],
        arguments: (inout JSONWriter) -> Void = { _ in }
    ) -> [EngineIOFrame] {
        let type = attachments.isEmpty ? UInt8(ascii: "3") : UInt8(ascii: "6")
        return packet(type, namespace, id, attachments) { json in
            json.array {
                arguments(&$0)
            }
        }
    }

    private static func packet(
        _ type: UInt8,
        _ namespace: String,
        _ id: Int?,
        _ attachments: [[UInt8]],
        _ payload: (inout JSONWriter) -> Void
    ) -> [EngineIOFrame] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes.append(UInt8(ascii: "4"))
        bytes.append(type)
        if !attachments.isEmpty {
            bytes.append(decimal: attachments.count)
            bytes.append(UInt8(ascii: "-"))
        }
        if namespace != SocketIOPacket.mainNamespace {
            bytes.append(utf8: namespace)
            bytes.append(UInt8(ascii: ","))
        }
        if let id {
            bytes.append(decimal: id)
        }
        var json = JSONWriter(appendingTo: bytes)
        payload(&json)
        return [.text(json.bytes)] + attachments.map { .binary($0) }
    }
}
