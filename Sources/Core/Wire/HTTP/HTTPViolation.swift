/// Why a message was refused. The connection must close after the answer, for its framing is lost or not trusted.
package enum HTTPViolation: UInt8, Error, Sendable, Equatable, CaseIterable {
    // The request line.
    case tooManyEmptyLines, invalidMethod, methodTooLong, invalidTarget, targetTooLong, invalidVersion
    case unsupportedVersion, connectNotSupported
    // The status line.
    case invalidStatusLine, statusLineTooLong, tooManyInterimResponses, unexpectedUpgrade
    // Field lines.
    case bareLineFeed, bareCarriageReturn, invalidFieldName, emptyFieldName, spaceBeforeColon, foldedField
    case invalidFieldValue, headersTooLarge, tooManyFields
    // The meaning of fields.
    case missingHost, repeatedHost, invalidHost, invalidContentLength, repeatedContentLength, conflictingLengths
    case invalidTransferEncoding, unsupportedTransferEncoding, transferEncodingInHTTP10, unknownExpectation
    // The body.
    case bodyTooLarge, invalidChunkSize, chunkSizeOverflow, invalidChunkExtension, chunkExtensionsTooLarge
    case invalidChunkEnd, truncated

    /// The status to answer with.
    package var status: HTTPStatus {
        switch self {
        case .methodTooLong, .connectNotSupported, .unsupportedTransferEncoding: .notImplemented
        case .targetTooLong: .uriTooLong
        case .unsupportedVersion: .httpVersionNotSupported
        case .headersTooLarge, .tooManyFields: .requestHeaderFieldsTooLarge
        case .unknownExpectation: .expectationFailed
        case .bodyTooLarge: .contentTooLarge
        default: .badRequest
        }
    }

    /// A short sentence for the answer and the log. It never quotes what was received.
    package var reason: String {
        switch self {
        case .tooManyEmptyLines: "Too many empty lines before the request"
        case .invalidMethod: "Invalid request method"
        case .methodTooLong: "Request method too long"
        case .invalidTarget: "Invalid request target"
        case .targetTooLong: "Request line too long"
        case .invalidVersion: "Invalid protocol version"
        case .unsupportedVersion: "Protocol version not supported"
        case .connectNotSupported: "CONNECT is not supported"
        case .invalidStatusLine: "Invalid status line"
        case .statusLineTooLong: "Status line too long"
        case .tooManyInterimResponses: "Too many interim responses"
        case .unexpectedUpgrade: "Protocol switched without being asked"
        case .bareLineFeed: "Line feed without carriage return"
        case .bareCarriageReturn: "Carriage return without line feed"
        case .invalidFieldName: "Invalid header field name"
        case .emptyFieldName: "Empty header field name"
        case .spaceBeforeColon: "Whitespace before the colon of a header field"
        case .foldedField: "Folded header field"
        case .invalidFieldValue: "Invalid character in a header field value"
        case .headersTooLarge: "Header fields too large"
        case .tooManyFields: "Too many header fields"
        case .missingHost: "Missing Host header field"
        case .repeatedHost: "Repeated Host header field"
        case .invalidHost: "Invalid host"
        case .invalidContentLength: "Invalid Content-Length"
        case .repeatedContentLength: "Repeated Content-Length"
        case .conflictingLengths: "Both Content-Length and Transfer-Encoding"
        case .invalidTransferEncoding: "Invalid Transfer-Encoding"
        case .unsupportedTransferEncoding: "Transfer-Encoding not supported"
        case .transferEncodingInHTTP10: "Transfer-Encoding in HTTP/1.0"
        case .unknownExpectation: "Unknown expectation"
        case .bodyTooLarge: "Request body too large"
        case .invalidChunkSize: "Invalid chunk size"
        case .chunkSizeOverflow: "Chunk size overflow"
        case .invalidChunkExtension: "Invalid chunk extension"
        case .chunkExtensionsTooLarge: "Chunk extensions too large"
        case .invalidChunkEnd: "Chunk not followed by CRLF"
        case .truncated: "Message ended early"
        }
    }
}
