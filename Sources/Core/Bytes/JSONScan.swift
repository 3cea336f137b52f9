/// The scans of JSON text that run for every byte, kept here because they read words through pointers.
extension Span where Element == UInt8 {
    /// The index at or after `start` of the first byte that is not ASCII or that a JSON string cannot hold as it is (a
    /// quote, a backslash, a control character), or the count.
    @inline(__always)
    func endOfPlainASCIIJSON(from start: Int) -> Int {
        unsafe withUnsafeBytes { unsafe ByteScan.endOfPlainASCIIJSON(in: $0, start..<$0.count) }
    }

    /// The end of the run of characters outside ASCII that begins at `start`, or nil when one of them is not well
    /// formed UTF-8 (Unicode 3.9, table 3-7).
    func endOfNonASCII(from start: Int) -> Int? {
        unsafe withUnsafeBytes { bytes in
            var index = start
            while index < bytes.count {
                let lead = unsafe bytes[index]
                if lead < 0x80 {
                    break
                }
                let length: Int
                var lowest: UInt8 = 0x80
                var highest: UInt8 = 0xBF
                switch lead {
                case 0xC2...0xDF:
                    length = 2
                case 0xE0...0xEF:
                    length = 3
                    lowest = lead == 0xE0 ? 0xA0 : 0x80
                    highest = lead == 0xED ? 0x9F : 0xBF
                case 0xF0...0xF4:
                    length = 4
                    lowest = lead == 0xF0 ? 0x90 : 0x80
                    highest = lead == 0xF4 ? 0x8F : 0xBF
                default:
                    return nil
                }
                guard index &+ length <= bytes.count else {
                    return nil
                }
                let second = unsafe bytes[index &+ 1]
                guard second >= lowest, second <= highest,
                    unsafe length < 3 || bytes[index &+ 2] & 0xC0 == 0x80,
                    unsafe length < 4 || bytes[index &+ 3] & 0xC0 == 0x80
                else {
                    return nil
                }
                index &+= length
            }
            return index
        }
    }
}
