/// The name of a dialect as the configuration spells it (`localpro`, `rooms`, …).
package struct DialectName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package var description: String { rawValue }

    package static func < (left: DialectName, right: DialectName) -> Bool { left.rawValue < right.rawValue }

    package static let supportZenLive = DialectName("supportzen-live")
    package static let supportZenClient = DialectName("supportzen-client")
    package static let localPro = DialectName("localpro")
    package static let rooms = DialectName("rooms")
    package static let chatModule = DialectName("chat-module")
}
