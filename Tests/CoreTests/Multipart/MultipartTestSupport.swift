import Core

/// What a body held, its data put together: what must not depend on how the input was cut.
struct MultipartOutcome: Equatable, Sendable {
    /// One part.
    struct Part: Equatable, Sendable {
        var head: MultipartPartHead
        var data: [UInt8] = []
        var isEnded = false
    }

    var parts: [Part] = []
    var sawEnd = false
    /// A violation told by an event or, else, by the end of the body.
    var violation: MultipartViolation?
    /// Events that came where they have no place.
    var misplaced = 0
}

/// Feeding a parser and collecting what it found.
enum MultipartFeed {
    /// The outcome of a body given in pieces cut before the indices of `cuts`.
    static func outcome(
        of body: [UInt8],
        boundary: String = "b",
        cuts: [Int] = [],
        limits: MultipartLimits = MultipartLimits()
    ) -> MultipartOutcome {
        var parser = MultipartParser(boundary: Array(boundary.utf8), limits: limits)
        var outcome = MultipartOutcome()
        var start = 0
        for end in cuts + [body.count] {
            feed(Array(body[start..<end]), to: &parser, &outcome)
            start = end
        }
        if parser.finish() != outcome.violation {
            outcome.misplaced += outcome.violation == nil ? 0 : 1
            outcome.violation = parser.finish()
        }
        return outcome
    }

    static func outcome(of body: String, boundary: String = "b", cuts: [Int] = []) -> MultipartOutcome {
        outcome(of: Array(body.utf8), boundary: boundary, cuts: cuts)
    }

    private static func feed(_ piece: [UInt8], to parser: inout MultipartParser, _ outcome: inout MultipartOutcome) {
        var offset = 0
        while true {
            let event = parser.next(piece.span, at: &offset)
            if event == .needMore {
                outcome.misplaced += offset == piece.count ? 0 : 1
                return
            }
            take(event, of: piece, &outcome)
        }
    }

    private static func take(_ event: MultipartEvent, of piece: [UInt8], _ outcome: inout MultipartOutcome) {
        let last = outcome.parts.count - 1
        let isInPart = last >= 0 && !outcome.parts[last].isEnded
        guard outcome.violation == nil, !outcome.sawEnd else {
            outcome.misplaced += 1
            return
        }
        switch event {
        case .partBegin(let head) where !isInPart:
            outcome.parts.append(MultipartOutcome.Part(head: head))
        case .partData(let range) where isInPart && !range.isEmpty:
            outcome.parts[last].data += piece[range]
        case .partDataHeld(let bytes) where isInPart && !bytes.isEmpty:
            outcome.parts[last].data += bytes
        case .partEnd where isInPart:
            outcome.parts[last].isEnded = true
        case .end where !isInPart:
            outcome.sawEnd = true
        case .violation(let violation):
            outcome.violation = violation
        default:
            outcome.misplaced += 1
        }
    }

    /// A part with a plain field's header.
    static func field(_ name: String, _ value: String, boundary: String = "b") -> String {
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
}
