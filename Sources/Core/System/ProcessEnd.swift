import Glibc

/// Ending the process at once, without any of the orderly steps.
package enum ProcessEnd {
    package static func now(_ code: Int32) -> Never {
        _exit(code)
    }
}
