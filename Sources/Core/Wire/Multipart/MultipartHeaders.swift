/// Reads the header of one part after the other, keeping one line and the fields that matter. Other fields are ignored,
/// as RFC 7578 4.8 asks.
struct MultipartHeaders: Sendable {
    private let limits: MultipartLimits
    private var line: [UInt8] = []
    private var byteCount = 0
    private var fieldCount = 0
    private var disposition: [UInt8]?
    private var contentType: [UInt8]?
    private var transferEncoding: [UInt8]?

    init(limits: MultipartLimits) {
        self.limits = limits
    }

    /// Forgets the part in work.
    mutating func reset() {
        self = MultipartHeaders(limits: limits)
    }

    /// Takes input up to the empty line that ends a header, and then answers with what the header says.
    mutating func take(_ input: Span<UInt8>, at offset: inout Int) throws(MultipartViolation) -> MultipartPartHead? {
        while offset < input.count {
            let lineFeed = input.firstIndex(of: 10, in: offset..<input.count)
            let piece = offset..<(lineFeed.map { $0 + 1 } ?? input.count)
            byteCount += piece.count
            guard byteCount <= limits.headerBytes else {
                throw .headersTooLarge
            }
            line.append(bytes: input, in: piece)
            offset = piece.upperBound
            guard lineFeed != nil else {
                return nil
            }
            guard line.count >= 2, line[line.count - 2] == 13 else {
                throw .malformedHeader
            }
            line.removeLast(2)
            guard !line.isEmpty else {
                let head = try finish()
                reset()
                return head
            }
            try takeLine()
            line.removeAll(keepingCapacity: true)
        }
        return nil
    }

    private mutating func takeLine() throws(MultipartViolation) {
        fieldCount += 1
        guard fieldCount <= limits.headerFields else {
            throw .tooManyHeaderFields
        }
        let line = line
        let bytes = line.span
        // A line that begins with white space goes on with the one before (RFC 5322 2.2.3); no client folds these,
        // and its name fails here, as it is no token.
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            colon > 0,
            !line.contains(where: { $0 < 0x20 && $0 != 9 || $0 == 0x7F }),
            line[..<colon].allSatisfy(MultipartHeaderValue.isTokenCharacter)
        else {
            throw .malformedHeader
        }
        let value = Array(line[bytes.trimmingOWS(colon + 1..<line.count)])
        if bytes.equalsIgnoringASCIICase("content-disposition", in: 0..<colon) {
            try Self.set(&disposition, to: value)
        } else if bytes.equalsIgnoringASCIICase("content-type", in: 0..<colon) {
            try Self.set(&contentType, to: value)
        } else if bytes.equalsIgnoringASCIICase("content-transfer-encoding", in: 0..<colon) {
            try Self.set(&transferEncoding, to: value)
        }
    }

    private static func set(_ field: inout [UInt8]?, to value: [UInt8]) throws(MultipartViolation) {
        guard field == nil else {
            throw .duplicateHeader
        }
        field = value
    }

    private func finish() throws(MultipartViolation) -> MultipartPartHead {
        guard let disposition else {
            throw .missingContentDisposition
        }
        // RFC 7578 4.7 deprecates the field; these three change nothing.
        if let transferEncoding {
            let name = String(decoding: transferEncoding, as: UTF8.self).lowercased()
            guard ["7bit", "8bit", "binary"].contains(name) else {
                throw .unsupportedTransferEncoding
            }
        }
        guard var head = MultipartPartHead(contentDisposition: disposition) else {
            throw .malformedContentDisposition
        }
        if let contentType {
            guard let text = String(decodingUTF8: contentType) else {
                throw .malformedHeader
            }
            head.contentType = text
        }
        return head
    }
}
