import Core

/// A connection whose actions come as short lines: `send 40{"sid":"S"}`, `connect / {"token":"123"}`,
/// `event / hello ["1"] 12`, `closed …`.
struct SocketIOHarness {
    var connection: SocketIOConnection

    init(_ settings: SocketIOSettings = SocketIOSettings(namespaces: ["/", "/admin"], connectTimeout: 1000)) {
        connection = SocketIOConnection(settings: settings, now: 0)
    }

    /// A connection whose main namespace is connected.
    static func connected() -> SocketIOHarness {
        var harness = SocketIOHarness()
        _ = harness.text("0")
        _ = harness.step { $0.accept(sid: "S", actions: &$1) }
        return harness
    }

    mutating func step(_ work: (inout SocketIOConnection, inout [SocketIOAction]) -> Void) -> [String] {
        var actions: [SocketIOAction] = []
        work(&connection, &actions)
        return actions.map(Self.line)
    }

    mutating func text(_ text: String) -> [String] {
        step { $0.receive(.text(Array(text.utf8)), actions: &$1) }
    }

    mutating func binary(_ bytes: [UInt8]) -> [String] {
        step { $0.receive(.binary(bytes), actions: &$1) }
    }

    static func line(_ action: SocketIOAction) -> String {
        switch action {
        case .send(let frames): "send " + readable(frames)
        case .connectRequested(let request): "connect \(request.namespace) \(request.auth.map(json) ?? "-")"
        case .event(let event):
            "event \(event.namespace) \(event.name) \(readable(event.arguments)) \(event.ackID.map(String.init) ?? "-")"
        case .ack(let namespace, let id, let arguments): "ack \(namespace) \(id) \(readable(arguments))"
        case .disconnected(let namespace, let reason): "disconnected \(namespace) \(reason.rawValue)"
        case .close(let reason): "close \(reason)"
        }
    }

    static func readable(_ frames: [EngineIOFrame]) -> String {
        frames.map {
            switch $0 {
            case .text(let bytes): String(decoding: bytes, as: UTF8.self)
            case .binary(let bytes): "\(bytes)"
            }
        }.joined(separator: " + ")
    }

    private static func readable(_ arguments: SocketIOArguments) -> String {
        "[" + arguments.values.map { arguments.binary($0).map { "\($0)" } ?? json($0) }.joined(separator: ",") + "]"
    }

    private static func json(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
