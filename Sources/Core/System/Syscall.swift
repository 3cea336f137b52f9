import Glibc

/// Repeats a system call for as long as a signal interrupts it.
///
/// - Returns: the call's result, or the negative `errno`.
@inline(__always)
func uninterrupted(_ call: () -> Int) -> Int {
    while true {
        let result = call()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { return -Int(code) }
    }
}

/// Repeats an interrupted system call and throws its error.
@discardableResult
@inline(__always)
func checked(_ operation: @autoclosure () -> String, _ call: () -> Int) throws(SystemError) -> Int {
    let result = uninterrupted(call)
    guard result >= 0 else { throw SystemError(code: Int32(-result), operation: operation()) }
    return result
}

/// What a single read or write came to; "try later" is a value, not an error.
package enum IOResult: Sendable, Equatable {
    /// So many bytes were moved, at least one.
    case processed(Int)
    /// Nothing can be moved before the descriptor is ready again.
    case wouldBlock
    /// The other side sends no more (reads only).
    case endOfFile
    /// The descriptor is broken, with this `errno`.
    case failed(Int32)

    /// Reads the result of `uninterrupted`; `zero` is what 0 bytes mean for this call.
    init(_ result: Int, zero: IOResult) {
        if result > 0 {
            self = .processed(result)
        } else if result == 0 {
            self = zero
        } else if result == -Int(EAGAIN) || result == -Int(EWOULDBLOCK) {
            self = .wouldBlock
        } else {
            self = .failed(Int32(-result))
        }
    }
}
