/// The blocks that JSON is written in. Each makes room once and then writes through a pointer, as these run for every
/// member of every reply.
extension Array where Element == UInt8 {
    /// Appends a comma if asked for, then a quoted key and a colon. Keys of protocols are literals without anything to
    /// escape, so they are copied as they are.
    mutating func append(jsonKey literal: StaticString, afterComma: Bool) {
        literal.withUTF8Buffer { key in
            makeRoom(for: key.count &+ 4)
            append(addingCapacity: key.count &+ 4) { out in
                if afterComma {
                    out.append(UInt8(ascii: ","))
                }
                out.append(UInt8(ascii: "\""))
                unsafe out.append(block: UnsafeRawBufferPointer(key))
                out.append(UInt8(ascii: "\""))
                out.append(UInt8(ascii: ":"))
            }
        }
    }

    /// Appends UTF-8 text with quotes around it. Only what RFC 8259 7 requires is escaped: the quote, the backslash and
    /// U+0000…U+001F; U+2028 and U+2029 go out as they are, being valid JSON.
    mutating func append(jsonText text: Span<UInt8>) {
        unsafe text.withUnsafeBytes { bytes in
            var start = 0
            makeRoom(for: bytes.count &+ 2)
            append(UInt8(ascii: "\""))
            while true {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
                makeRoom(for: rest.count &+ 7)
                append(addingCapacity: rest.count &+ 7) { out in
                    let plain = unsafe out.append(plainJSONOf: rest)
                    start &+= plain
                    if plain < rest.count {
                        unsafe out.append(jsonEscapeOf: rest[plain])
                        start &+= 1
                    } else {
                        out.append(UInt8(ascii: "\""))
                        start = -1
                    }
                }
                if start < 0 {
                    return
                }
            }
        }
    }

    /// Makes room for more, at least doubling the buffer when it must grow: `append(addingCapacity:)` alone may grow it
    /// by no more than is asked for, which is quadratic over many calls.
    @inline(__always)
    private mutating func makeRoom(for more: Int) {
        let needed = count &+ more
        if needed > capacity {
            reserveCapacity(Swift.max(needed, capacity &* 2))
        }
    }
}

extension OutputSpan where Element == UInt8 {
    /// Copies a block of bytes.
    @inline(__always)
    fileprivate mutating func append(block: UnsafeRawBufferPointer) {
        precondition(block.count <= freeCapacity)
        unsafe withUnsafeMutableBufferPointer { buffer, initialized in
            let free = unsafe UnsafeMutableRawBufferPointer(
                UnsafeMutableBufferPointer(rebasing: buffer[initialized...])
            )
            unsafe free.copyMemory(from: block)
            initialized &+= block.count
        }
    }

    /// Copies bytes up to the first that JSON wants escaped, eight at a time; returns how many.
    @inline(__always)
    fileprivate mutating func append(plainJSONOf text: UnsafeRawBufferPointer) -> Int {
        precondition(text.count <= freeCapacity)
        return unsafe withUnsafeMutableBufferPointer { buffer, initialized in
            let free = unsafe UnsafeMutableRawBufferPointer(
                UnsafeMutableBufferPointer(rebasing: buffer[initialized...])
            )
            let copied = unsafe ByteScan.copyPlainJSON(from: text, to: free)
            initialized &+= copied
            return copied
        }
    }

    /// Writes the escape of one byte: two characters where RFC 8259 7 has such a form, else six.
    fileprivate mutating func append(jsonEscapeOf byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        case 0x08: append(UInt8(ascii: "b"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x09: append(UInt8(ascii: "t"))
        default:
            append(UInt8(ascii: "u"))
            append(UInt8(ascii: "0"))
            append(UInt8(ascii: "0"))
            append(Hex.digit(byte >> 4))
            append(Hex.digit(byte & 15))
        }
    }
}
