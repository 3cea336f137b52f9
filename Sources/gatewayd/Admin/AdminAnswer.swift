import Core

/// What a command that writes is answered with, by a daemon or without one.
enum AdminAnswer {
    static func write(_ reply: Reply, to json: inout JSONWriter) {
        json.field("ok", true)
        if case .counted(let count) = reply { json.field("count", count) }
    }
}
