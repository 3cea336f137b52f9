/// A value that all copies refer to together: a copy costs one count of references, however much the value holds. A change
/// makes a value of its own.
struct SharedValue<Value: Sendable & Equatable>: Sendable, Equatable {
    private final class Box: Sendable {
        let value: Value

        init(_ value: Value) {
            self.value = value
        }
    }

    private var box: Box

    init(_ value: Value) {
        box = Box(value)
    }

    var value: Value {
        get { box.value }
        set { box = Box(newValue) }
    }

    static func == (one: SharedValue, other: SharedValue) -> Bool {
        one.box === other.box || one.box.value == other.box.value
    }
}
