import Core

/// Feeds a WebSocket receiver. The first two bytes of the input choose the role, the limit and how the rest is cut.
///
/// What must hold: the events are the same however the input is cut; nothing follows a close or a violation; messages
/// are within the limit and text is UTF-8; and what was received, written again as frames, is received again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWebSocket(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: data, count: size))
    guard input.count >= 2 else {
        return 0
    }
    let frames = Array(input[2...])
    let role: WebSocketRole = input[0] & 1 == 0 ? .server : .client
    let limit = Int(input[0] >> 1) * 16
    let whole = events(of: frames, pieces: frames.count, limit: limit, role: role)
    precondition(events(of: frames, pieces: 1, limit: limit, role: role) == whole)
    precondition(events(of: frames, pieces: Int(input[1]) + 1, limit: limit, role: role) == whole)
    checkContent(whole, limit: limit)
    let isMasked = role == .client
    let written = rewrite(whole, masked: isMasked, key: UInt32(input[1]) &* 0x0101_0301)
    let readable = whole.filter { !isViolation($0) }
    precondition(events(of: written, pieces: 3, limit: limit, role: isMasked ? .server : .client) == readable)
    return 0
}

/// The events of some input, given in pieces of one size.
private func events(of input: [UInt8], pieces: Int, limit: Int, role: WebSocketRole) -> [WebSocketEvent] {
    var receiver = WebSocketReceiver(maxMessageBytes: limit, role: role)
    var events: [WebSocketEvent] = []
    for start in stride(from: 0, to: input.count, by: max(1, pieces)) {
        let piece = Array(input[start..<min(start + max(1, pieces), input.count)])
        var offset = 0
        while true {
            let event = receiver.next(piece.span, at: &offset)
            guard event != .needMore else {
                break
            }
            events.append(event)
        }
        precondition(offset == piece.count)
    }
    return events
}

private func checkContent(_ events: [WebSocketEvent], limit: Int) {
    for (index, event) in events.enumerated() {
        switch event {
        case .needMore:
            preconditionFailure("told as an event")
        case .message(let kind, let payload):
            precondition(payload.count <= limit)
            precondition(kind == .binary || String(validating: payload, as: UTF8.self) != nil)
        case .ping(let payload), .pong(let payload):
            precondition(payload.count <= 125)
        case .close(let code, let reason):
            precondition(index == events.count - 1)
            precondition(code.map(WebSocketCloseCode.mayBeSent) ?? reason.isEmpty)
        case .violation(let code, _):
            precondition(index == events.count - 1)
            precondition([1002, 1007, 1009].contains(code))
        }
    }
}

private func isViolation(_ event: WebSocketEvent) -> Bool {
    if case .violation = event {
        return true
    }
    return false
}

/// The same events as frames of the other side, violations left out.
private func rewrite(_ events: [WebSocketEvent], masked: Bool, key: UInt32) -> [UInt8] {
    var out: [UInt8] = []
    let append = { (opcode: WebSocketOpcode, payload: [UInt8]) in
        if masked {
            WebSocketFrameWriter.appendMasked(opcode, payload.span, key: key, into: &out)
        } else {
            WebSocketFrameWriter.append(opcode, payload.span, into: &out)
        }
    }
    for event in events {
        switch event {
        case .message(.text, let payload): append(.text, payload)
        case .message(.binary, let payload): append(.binary, payload)
        case .ping(let payload): append(.ping, payload)
        case .pong(let payload): append(.pong, payload)
        case .close(let code, let reason):
            append(.close, WebSocketFrameWriter.closePayload(code: code, reason: reason))
        case .needMore, .violation: break
        }
    }
    return out
}
