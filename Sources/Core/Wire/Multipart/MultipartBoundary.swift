/// The boundary of a multipart body, which its Content-Type names (RFC 2046 5.1.1).
package enum MultipartBoundary {
    /// Whether a Content-Type says `multipart/form-data`, well formed or not in what follows.
    package static func isFormData(contentType: String) -> Bool {
        let bytes = contentType.utf8Span.span
        return isFormData(bytes, in: 0..<bytes.count)
    }

    /// The same of a request; false without a Content-Type.
    package static func isFormData(_ head: RequestHead) -> Bool {
        guard let value = head.fields.firstRange("content-type") else { return false }
        let bytes = head.bytes
        return isFormData(bytes.span, in: value)
    }

    private static func isFormData(_ bytes: Span<UInt8>, in value: Range<Int>) -> Bool {
        let end = bytes.firstIndex(of: UInt8(ascii: ";"), in: value) ?? value.upperBound
        return bytes.equalsIgnoringASCIICase("multipart/form-data", in: bytes.trimmingOWS(value.lowerBound..<end))
    }

    /// The boundary in the value of a Content-Type field, bare or in quotes; nil when the type is not
    /// `multipart/form-data` or the boundary is not 1 to 70 of the characters allowed.
    package static func parse(contentType: String) -> [UInt8]? {
        guard let header = MultipartHeaderValue(Array(contentType.utf8)),
            header.value == "multipart/form-data",
            let boundary = header["boundary"],
            (1...70).contains(boundary.count),
            boundary.last != 32,
            boundary.allSatisfy(isAllowed)
        else {
            return nil
        }
        return boundary
    }

    /// `bchars` of RFC 2046.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: " '()+_,-./:=?".utf8.contains(byte)
        }
    }
}
