/// Reads a chunked body (RFC 9112 section 7.1) and its trailer section. Extensions and trailers are checked, bounded
/// and dropped, as section 7.1.1 and RFC 9110 section 6.5.1 allow: nothing here has a use for them.
struct HTTPChunkedDecoder: Sendable {
    /// What the next bytes were.
    enum Step {
        case needMore
        /// Body bytes, as a range of the input.
        case data(Range<Int>)
        case end
        case failed(HTTPViolation)
    }

    private enum Part: UInt8 {
        case size, afterSize, chunkExtension, sizeLineFeed, data, dataCarriageReturn, dataLineFeed, trailers
    }

    /// A size has at most these many digits, so that it fits; leading zeros count.
    private static let maximumDigits = 15

    private var part = Part.size
    private var digits: UInt8 = 0
    private var extensionBytes: UInt16 = 0
    private var trailerBytes: UInt32 = 0
    /// Of the chunk in work.
    private var remaining = 0
    /// What the chunks to come may still have.
    private var allowance: Int
    private var trailers: HTTPFieldScanner

    init(limit: Int, limits: HTTPLimits) {
        allowance = max(limit, 0)
        trailers = HTTPFieldScanner(start: 0, limits: limits)
    }

    mutating func step(_ input: Span<UInt8>, _ index: inout Int) -> Step {
        while index < input.count {
            let failure: HTTPViolation?
            switch part {
            case .size: failure = takeSize(input[index])
            case .afterSize: failure = takeAfterSize(input[index])
            case .chunkExtension: failure = takeExtension(input[index])
            case .sizeLineFeed: failure = takeSizeLineFeed(input[index])
            case .data:
                let taken = min(remaining, input.count - index)
                let range = index..<index + taken
                index += taken
                remaining -= taken
                if remaining == 0 { part = .dataCarriageReturn }
                return .data(range)
            case .dataCarriageReturn:
                failure = input[index] == HTTPSyntax.carriageReturn ? nil : .invalidChunkEnd
                part = .dataLineFeed
            case .dataLineFeed:
                failure = input[index] == HTTPSyntax.lineFeed ? nil : .invalidChunkEnd
                part = .size
                digits = 0
            case .trailers:
                return stepTrailers(input, &index)
            }
            if let failure { return .failed(failure) }
            index += 1
        }
        return .needMore
    }

    private mutating func takeSize(_ byte: UInt8) -> HTTPViolation? {
        if let digit = Hex.value(byte) {
            guard digits < Self.maximumDigits else { return .chunkSizeOverflow }
            digits += 1
            remaining = remaining << 4 | Int(digit)
            return remaining > allowance ? .bodyTooLarge : nil
        }
        guard digits > 0 else { return .invalidChunkSize }
        switch byte {
        case HTTPSyntax.carriageReturn: part = .sizeLineFeed
        case HTTPSyntax.semicolon: part = .chunkExtension
        case HTTPSyntax.lineFeed: return .bareLineFeed
        case _ where HTTPSyntax.isBlank(byte): part = .afterSize
        default: return .invalidChunkSize
        }
        return nil
    }

    /// Blanks between a size and its extensions must be read past (`BWS`); before the CRLF they are wrong.
    private mutating func takeAfterSize(_ byte: UInt8) -> HTTPViolation? {
        if byte == HTTPSyntax.semicolon {
            part = .chunkExtension
            return nil
        }
        return HTTPSyntax.isBlank(byte) ? countExtensionByte() : .invalidChunkSize
    }

    private mutating func takeExtension(_ byte: UInt8) -> HTTPViolation? {
        if HTTPSyntax.isFieldByte(byte) { return countExtensionByte() }
        switch byte {
        case HTTPSyntax.carriageReturn: part = .sizeLineFeed
        case HTTPSyntax.lineFeed: return .bareLineFeed
        default: return .invalidChunkExtension
        }
        return nil
    }

    private mutating func countExtensionByte() -> HTTPViolation? {
        guard extensionBytes < HTTPLimits.chunkExtensions else { return .chunkExtensionsTooLarge }
        extensionBytes += 1
        return nil
    }

    private mutating func takeSizeLineFeed(_ byte: UInt8) -> HTTPViolation? {
        guard byte == HTTPSyntax.lineFeed else { return .bareCarriageReturn }
        allowance -= remaining
        part = remaining == 0 ? .trailers : .data
        return nil
    }

    private mutating func stepTrailers(_ input: Span<UInt8>, _ index: inout Int) -> Step {
        let entry = index
        var dropped: [HTTPFieldRange] = []
        let found = trailers.scan(input, &index, base: Int(trailerBytes) - entry, into: &dropped)
        trailerBytes += UInt32(index - entry)
        switch found {
        case .needMore: return .needMore
        case .done: return .end
        case .failed(let violation): return .failed(violation)
        }
    }
}
