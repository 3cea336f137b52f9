/// What a scanner found in the bytes it was shown.
enum HTTPScan {
    /// All bytes were taken and the part is not complete.
    case needMore
    /// The part is complete; the index stands behind it.
    case done
    case failed(HTTPViolation)
}

/// Walks the field lines of a head, or the trailer lines of a chunked body, up to and with the empty line. It resumes
/// at any byte and refuses a bad one as soon as it is seen. Positions are those of the whole head: the index in the
/// present input plus `base`.
struct HTTPFieldScanner: Sendable {
    private enum Part: UInt8 {
        case lineStart, name, value, lineFeed, lastLineFeed
    }

    private var part = Part.lineStart
    private var count: UInt32 = 0
    private var fieldStart: UInt32 = 0
    private var colon: UInt32 = 0
    /// The first position that is too far.
    private let end: UInt32
    private let maximumCount: UInt32

    init(start: Int, limits: HTTPLimits) {
        end = UInt32(clamping: start + limits.headers)
        maximumCount = UInt32(clamping: limits.headerFields)
    }

    mutating func scan(
        _ input: Span<UInt8>,
        _ position: inout Int,
        base: Int,
        into ranges: inout [HTTPFieldRange]
    ) -> HTTPScan {
        var index = position
        defer { position = index }
        let stop = min(input.count, Int(end) - base)
        while index < stop {
            switch part {
            case .lineStart:
                let byte = input[index]
                if byte == HTTPSyntax.carriageReturn {
                    part = .lastLineFeed
                } else {
                    guard HTTPSyntax.isToken(byte) else { return .failed(Self.violation(firstByte: byte)) }
                    guard count < maximumCount else { return .failed(.tooManyFields) }
                    fieldStart = UInt32(truncatingIfNeeded: index + base)
                    part = .name
                }
                index += 1
            case .name:
                while index < stop, HTTPSyntax.isToken(input[index]) { index += 1 }
                guard index < stop else { break }
                guard input[index] == HTTPSyntax.colon else {
                    return .failed(Self.violation(nameByte: input[index]))
                }
                colon = UInt32(truncatingIfNeeded: index + base)
                index += 1
                part = .value
            case .value:
                index = HTTPSyntax.endOfFieldBytes(input, from: index, to: stop)
                guard index < stop else { break }
                guard input[index] == HTTPSyntax.carriageReturn else {
                    let isLineFeed = input[index] == HTTPSyntax.lineFeed
                    return .failed(isLineFeed ? .bareLineFeed : .invalidFieldValue)
                }
                let fieldEnd = UInt32(truncatingIfNeeded: index + base)
                ranges.append(HTTPFieldRange(start: fieldStart, colon: colon, end: fieldEnd))
                count += 1
                index += 1
                part = .lineFeed
            case .lineFeed:
                guard input[index] == HTTPSyntax.lineFeed else { return .failed(.bareCarriageReturn) }
                index += 1
                part = .lineStart
            case .lastLineFeed:
                guard input[index] == HTTPSyntax.lineFeed else { return .failed(.bareCarriageReturn) }
                index += 1
                return .done
            }
        }
        return index < input.count ? .failed(.headersTooLarge) : .needMore
    }

    private static func violation(firstByte byte: UInt8) -> HTTPViolation {
        switch byte {
        case HTTPSyntax.lineFeed: .bareLineFeed
        case HTTPSyntax.colon: .emptyFieldName
        case _ where HTTPSyntax.isBlank(byte): .foldedField
        default: .invalidFieldName
        }
    }

    private static func violation(nameByte byte: UInt8) -> HTTPViolation {
        switch byte {
        case HTTPSyntax.lineFeed: .bareLineFeed
        case _ where HTTPSyntax.isBlank(byte): .spaceBeforeColon
        default: .invalidFieldName
        }
    }
}
