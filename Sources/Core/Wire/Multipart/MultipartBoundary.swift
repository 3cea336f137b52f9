/// The boundary of a multipart body, which its Content-Type names (RFC 2046 5.1.1).
package enum MultipartBoundary {
    /// Whether a Content-Type says `multipart/form-data`, well formed or not in what follows.
    package static func isFormData(contentType: String) -> Bool {
        // Nearly every request is JSON, and told apart by its first letter.
        guard let letter = contentType.utf8.first(where: { $0 != 0x20 && $0 != 0x09 }), letter | 0x20 == 0x6d else {
            return false
        }
        let type = Array(contentType.utf8.prefix { $0 != UInt8(ascii: ";") })
        let span = type.span
        return span.equalsIgnoringASCIICase("multipart/form-data", in: span.trimmingOWS(0..<type.count))
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
