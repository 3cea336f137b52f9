/// Finds the delimiter of a multipart body, which is CR LF, two hyphens and the boundary (RFC 2046 5.1.1).
///
/// The search is Horspool's, comparing forward: since the delimiter's only CR is its first byte, no other occurrence
/// can begin inside a piece that matched, so the whole piece is skipped. So the time is linear whatever the body
/// holds, and most bodies are looked at in one byte of each delimiter's length. Where steps are of a byte or
/// two, as when content is made of the boundary's last characters, the next CR is looked for instead.
struct MultipartDelimiter: Sendable {
    /// Below this, looking for a CR is faster, at eight bytes at a time.
    private static let shortShift = 3

    let bytes: [UInt8]
    /// How far the delimiter moves when a byte stands under its last one, for each byte.
    private let shifts: [UInt8]

    /// Boundaries have 70 characters at most.
    init(boundary: [UInt8]) {
        bytes = [13, 10, 45, 45] + boundary
        var shifts = [UInt8](repeating: UInt8(clamping: bytes.count), count: 256)
        for (index, byte) in bytes.dropLast().enumerated() {
            shifts[Int(byte)] = UInt8(clamping: bytes.count - 1 - index)
        }
        self.shifts = shifts
    }

    /// The first place from `start` on where the delimiter stands, or begins and is cut off by the end of the input;
    /// and how many of its bytes stand there. Nothing found is the end of the input, and 0.
    func find(in input: Span<UInt8>, from start: Int) -> (position: Int, matched: Int) {
        let delimiter = bytes.span
        let shifts = shifts.span
        let count = delimiter.count
        let last = delimiter[count - 1]
        var position = start
        while position <= input.count - count {
            let byte = input[position + count - 1]
            let shift = Int(shifts[Int(byte)])
            if byte == last, input[position] == 13 {
                let matched = match(delimiter, in: input, at: position)
                guard matched < count else {
                    return (position, matched)
                }
                position += max(shift, matched)
            } else if shift < Self.shortShift {
                position = input.firstIndex(of: 13, in: position + shift..<input.count) ?? input.count
            } else {
                position += shift
            }
        }
        while let carriageReturn = input.firstIndex(of: 13, in: position..<input.count) {
            let matched = match(delimiter, in: input, at: carriageReturn)
            guard carriageReturn + matched < input.count else {
                return (carriageReturn, matched)
            }
            position = carriageReturn + matched
        }
        return (input.count, 0)
    }

    /// How many bytes of the delimiter stand at `position`, the first of which is known to.
    private func match(_ delimiter: Span<UInt8>, in input: Span<UInt8>, at position: Int) -> Int {
        let end = min(delimiter.count, input.count - position)
        var matched = 1
        while matched < end, input[position + matched] == delimiter[matched] {
            matched += 1
        }
        return matched
    }
}
