/// Takes a `multipart/form-data` body apart as it comes in (RFC 7578, RFC 2046 5.1).
///
/// Content is never kept: data events name ranges of the input, and of a boundary cut off by the end of the input only
/// its length is remembered. What is kept is one header line. Lines end in CRLF, folded header lines are refused, and a
/// line that goes on after the boundary with anything but white space or `--` is content.
package struct MultipartParser: Sendable {
    /// What the next byte belongs to.
    private enum State: Sendable {
        /// Content, or what stands before the first boundary; `matched` bytes of a delimiter may have been seen.
        case content
        /// After a whole delimiter, which one or two bytes now prove or refute.
        case delimiterSeen
        case delimiterSeenHyphen
        case delimiterSeenReturn
        /// White space after a boundary (RFC 2046: transport padding), then its line end.
        case padding
        case paddingReturn
        case headers
        /// After the last boundary, to be told.
        case ending
        case ended
        case failed(MultipartViolation)
    }

    private let delimiter: MultipartDelimiter
    private let limits: MultipartLimits
    private var state = State.content
    /// Bytes of the delimiter matched so far.
    private var matched = 2
    /// How many of those were not in the body at this place: the body's first boundary and one right after a header
    /// need no line end before them.
    private var assumed = 2
    private var isInPart = false
    private var partCount = 0
    private var preambleBytes = 0
    private var headers: MultipartHeaders

    /// The boundary must be one that `MultipartBoundary` gave.
    package init(boundary: [UInt8], limits: MultipartLimits = MultipartLimits()) {
        delimiter = MultipartDelimiter(boundary: boundary)
        self.limits = limits
        headers = MultipartHeaders(limits: limits)
    }

    /// Takes input from `offset` on, up to the end of the next event, and moves `offset` past what it took. To be
    /// called until it answers `needMore`, which it does when all input is taken.
    package mutating func next(_ input: Span<UInt8>, at offset: inout Int) -> MultipartEvent {
        while true {
            let event: MultipartEvent?
            switch state {
            case .content:
                event = matched > 0 ? resumeDelimiter(input, at: &offset) : takeContent(input, at: &offset)
            case .delimiterSeen, .delimiterSeenHyphen, .delimiterSeenReturn:
                event = takeAfterDelimiter(input, at: &offset)
            case .padding, .paddingReturn:
                event = takePadding(input, at: &offset)
            case .headers:
                event = takeHeaders(input, at: &offset)
            case .ending:
                state = .ended
                return .end
            case .ended, .failed:
                offset = input.count
                return .needMore
            }
            if let event {
                return event
            }
            if offset == input.count, !isEnding {
                return .needMore
            }
        }
    }

    /// To be asked when the body has ended: what is wrong with it, if anything.
    package func finish() -> MultipartViolation? {
        switch state {
        case .ending, .ended: nil
        case .failed(let violation): violation
        default: partCount == 0 ? .noBoundary : .truncated
        }
    }

    private var isEnding: Bool {
        if case .ending = state {
            return true
        }
        return false
    }

    private mutating func fail(_ violation: MultipartViolation) -> MultipartEvent {
        state = .failed(violation)
        headers.reset()
        return .violation(violation)
    }

    /// Looks for the next delimiter in what has not been looked at.
    private mutating func takeContent(_ input: Span<UInt8>, at offset: inout Int) -> MultipartEvent? {
        let start = offset
        let found = delimiter.find(in: input, from: start)
        offset = found.position + found.matched
        matched = found.matched
        if matched == delimiter.bytes.count {
            state = .delimiterSeen
        }
        guard found.position > start else {
            return nil
        }
        return isInPart ? .partData(start..<found.position) : dropPreamble(found.position - start)
    }

    /// Goes on with a delimiter of which some bytes have been seen.
    private mutating func resumeDelimiter(_ input: Span<UInt8>, at offset: inout Int) -> MultipartEvent? {
        let bytes = delimiter.bytes
        while matched < bytes.count {
            guard offset < input.count else {
                return nil
            }
            guard input[offset] == bytes[matched] else {
                return releaseDelimiter()
            }
            matched += 1
            offset += 1
        }
        state = .delimiterSeen
        return nil
    }

    /// What looked like a delimiter is content. No delimiter can begin inside it, as it has no other CR.
    private mutating func releaseDelimiter(and more: [UInt8] = []) -> MultipartEvent? {
        let held = delimiter.bytes[assumed..<matched] + more
        matched = 0
        assumed = 0
        state = .content
        guard !held.isEmpty else {
            return nil
        }
        return isInPart ? .partDataHeld(Array(held)) : dropPreamble(held.count)
    }

    private mutating func dropPreamble(_ count: Int) -> MultipartEvent? {
        preambleBytes += count
        return preambleBytes > limits.preambleBytes ? fail(.preambleTooLong) : nil
    }

    /// Tells a boundary line from a line of content that only begins like one.
    private mutating func takeAfterDelimiter(_ input: Span<UInt8>, at offset: inout Int) -> MultipartEvent? {
        guard offset < input.count else {
            return nil
        }
        let byte = input[offset]
        switch (state, byte) {
        case (.delimiterSeen, 45):
            state = .delimiterSeenHyphen
        case (.delimiterSeen, 13):
            state = .delimiterSeenReturn
        case (.delimiterSeen, 32), (.delimiterSeen, 9):
            offset += 1
            return endPart(then: .padding)
        case (.delimiterSeenHyphen, 45):
            offset += 1
            return endPart(then: .ending)
        case (.delimiterSeenReturn, 10):
            offset += 1
            return endPart(then: .headers)
        case (.delimiterSeenHyphen, _):
            return releaseDelimiter(and: [45])
        case (.delimiterSeenReturn, _):
            return releaseDelimiter(and: [13])
        default:
            return releaseDelimiter()
        }
        offset += 1
        return nil
    }

    private mutating func endPart(then next: State) -> MultipartEvent? {
        state = next
        matched = 0
        assumed = 0
        guard isInPart else {
            return nil
        }
        isInPart = false
        return .partEnd
    }

    private mutating func takePadding(_ input: Span<UInt8>, at offset: inout Int) -> MultipartEvent? {
        while offset < input.count {
            let byte = input[offset]
            offset += 1
            switch (state, byte) {
            case (.padding, 32), (.padding, 9):
                continue
            case (.padding, 13):
                state = .paddingReturn
            case (.paddingReturn, 10):
                state = .headers
                return nil
            default:
                return fail(.malformedBoundaryLine)
            }
        }
        return nil
    }

    private mutating func takeHeaders(_ input: Span<UInt8>, at offset: inout Int) -> MultipartEvent? {
        do throws(MultipartViolation) {
            guard let head = try headers.take(input, at: &offset) else {
                return nil
            }
            guard partCount < limits.parts else {
                return fail(.tooManyParts)
            }
            partCount += 1
            isInPart = true
            state = .content
            matched = 2
            assumed = 2
            return .partBegin(head)
        } catch {
            return fail(error)
        }
    }
}
