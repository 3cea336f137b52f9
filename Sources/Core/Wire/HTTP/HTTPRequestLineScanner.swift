/// Walks a request line, `method SP target SP HTTP/1.x CRLF` (RFC 9112 section 3), byte by byte and resumably. Positions
/// are those of the whole head: the index in the present input plus `base`.
struct HTTPRequestLineScanner: Sendable {
    private enum Part: UInt8 {
        case method, target, version, lineFeed
    }

    private var part = Part.method
    private var versionLength: UInt8 = 0
    private var majorVersion: UInt8 = 0
    private(set) var minorVersion: UInt8 = 0
    /// The positions of the two spaces.
    private(set) var methodEnd: UInt32 = 0
    private(set) var targetEnd: UInt32 = 0

    mutating func scan(_ input: Span<UInt8>, _ index: inout Int, base: Int, limit: Int) -> HTTPScan {
        // The first index that is too far for anything but the CR.
        let ceiling = limit - base
        while index < input.count {
            let failure: HTTPViolation?
            switch part {
            case .method: failure = scanMethod(input, &index, base: base)
            case .target: failure = scanTarget(input, &index, base: base, ceiling: ceiling)
            case .version where versionLength == 0 && index + 8 <= ceiling && Self.isUsualEnd(input, index):
                minorVersion = 1
                index += 10
                return .done
            case .version: failure = scanVersion(input[index], isTooFar: index >= ceiling, &index)
            case .lineFeed:
                guard input[index] == HTTPSyntax.lineFeed else { return .failed(.bareCarriageReturn) }
                index += 1
                return .done
            }
            if let failure { return .failed(failure) }
        }
        return .needMore
    }

    private mutating func scanMethod(_ input: Span<UInt8>, _ index: inout Int, base: Int) -> HTTPViolation? {
        while index < input.count {
            let byte = input[index]
            if byte == HTTPSyntax.space {
                guard index + base > 0 else { return .invalidMethod }
                methodEnd = UInt32(truncatingIfNeeded: index + base)
                index += 1
                part = .target
                return nil
            }
            guard HTTPSyntax.isToken(byte) else { return .invalidMethod }
            guard index + base < HTTPLimits.methodLength else { return .methodTooLong }
            index += 1
        }
        return nil
    }

    private mutating func scanTarget(
        _ input: Span<UInt8>,
        _ index: inout Int,
        base: Int,
        ceiling: Int
    ) -> HTTPViolation? {
        let stop = min(input.count, ceiling)
        if index < stop { index = HTTPSyntax.endOfTargetBytes(input, from: index, to: stop) }
        guard index < input.count else { return nil }
        guard index < ceiling else { return .targetTooLong }
        guard input[index] == HTTPSyntax.space, index + base > Int(methodEnd) + 1 else { return .invalidTarget }
        targetEnd = UInt32(truncatingIfNeeded: index + base)
        index += 1
        part = .version
        return nil
    }

    /// Whether the line ends here as nearly all do, so that no byte of the version need be looked at alone.
    private static func isUsualEnd(_ input: Span<UInt8>, _ index: Int) -> Bool {
        index + 10 <= input.count && input.equals("HTTP/1.1\r\n", in: index..<index + 10)
    }

    private mutating func scanVersion(_ byte: UInt8, isTooFar: Bool, _ index: inout Int) -> HTTPViolation? {
        if versionLength == 8, byte == HTTPSyntax.carriageReturn {
            guard majorVersion == 1 else { return .unsupportedVersion }
            part = .lineFeed
        } else {
            guard !isTooFar else { return .targetTooLong }
            let digit = byte &- 0x30
            switch (versionLength, byte) {
            case (0, 0x48), (1, 0x54), (2, 0x54), (3, 0x50), (4, 0x2F), (6, 0x2E): break  // "HTTP/", "."
            case (5, _) where digit < 10: majorVersion = digit
            case (7, _) where digit < 10: minorVersion = digit
            default: return .invalidVersion
            }
            versionLength += 1
        }
        index += 1
        return nil
    }
}
