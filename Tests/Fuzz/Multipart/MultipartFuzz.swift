import Core

/// Feeds a multipart parser. The first byte of the input chooses the boundary, the second how the rest is cut.
///
/// What must hold: heads, contents and the violation are the same however the body is cut, and the same as those of a
/// plain reader that has the whole body before it; events come in order; file names made safe are safe.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMultipart(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: data, count: size))
    guard input.count >= 2 else {
        return 0
    }
    let boundaries = ["b", "--", "aa", "----WebKitFormBoundary0"]
    let boundary = Array(boundaries[Int(input[0] & 3)].utf8)
    let body = Array(input[2...])
    let whole = FuzzedBody(body, boundary: boundary, pieces: max(1, body.count))
    precondition(FuzzedBody(body, boundary: boundary, pieces: 1) == whole)
    precondition(FuzzedBody(body, boundary: boundary, pieces: Int(input[1]) + 1) == whole)
    precondition(referenceContents(of: body, boundary: boundary, parts: whole.heads.count) == whole.contents)
    for head in whole.heads {
        precondition(!head.name.isEmpty)
        if let name = head.sanitizedFilename {
            precondition(!name.isEmpty && name.utf8.count <= 255 && name != "." && name != "..")
            precondition(!name.utf8.contains { $0 < 0x20 || $0 == 0x2F || $0 == 0x5C || $0 == 0x7F })
        }
    }
    if let text = String(validating: body, as: UTF8.self), let found = MultipartBoundary.parse(contentType: text) {
        precondition((1...70).contains(found.count))
    }
    return 0
}

/// What a parser made of a body.
private struct FuzzedBody: Equatable {
    var heads: [MultipartPartHead] = []
    var contents: [[UInt8]] = []
    var violation: MultipartViolation?

    init(_ body: [UInt8], boundary: [UInt8], pieces: Int) {
        var parser = MultipartParser(
            boundary: boundary,
            limits: MultipartLimits(parts: 4, headerBytes: 200, headerFields: 4, preambleBytes: 20)
        )
        var isInPart = false
        var isOver = false
        for start in stride(from: 0, to: body.count, by: pieces) {
            let piece = Array(body[start..<min(start + pieces, body.count)])
            var offset = 0
            events: while true {
                let event = parser.next(piece.span, at: &offset)
                precondition(event == .needMore || !isOver)
                switch event {
                case .needMore:
                    break events
                case .partBegin(let head):
                    precondition(!isInPart)
                    isInPart = true
                    heads.append(head)
                    contents.append([])
                case .partData(let range):
                    precondition(isInPart && !range.isEmpty)
                    contents[contents.count - 1] += piece[range]
                case .partDataHeld(let bytes):
                    precondition(isInPart && (1...boundary.count + 5).contains(bytes.count))
                    contents[contents.count - 1] += bytes
                case .partEnd:
                    precondition(isInPart)
                    isInPart = false
                case .end:
                    precondition(!isInPart)
                    isOver = true
                case .violation(let told):
                    isOver = true
                    violation = told
                }
            }
            precondition(offset == piece.count)
        }
        precondition(violation == nil || parser.finish() == violation)
        violation = parser.finish()
        precondition(isOver || violation != nil)
    }
}

/// The contents of the first parts, found by comparing the delimiter at every place of the whole body.
private func referenceContents(of body: [UInt8], boundary: [UInt8], parts: Int) -> [[UInt8]] {
    let delimiter = [13, 10, 45, 45] + boundary
    // The first boundary needs no line end, so the body is read as if it came after one.
    let text = [13, 10] + body
    let isDelimiter = { (place: Int) in
        guard text[place...].starts(with: delimiter) else {
            return false
        }
        let rest = text[(place + delimiter.count)...]
        return rest.starts(with: [13, 10]) || rest.starts(with: [45, 45]) || rest.first == 32 || rest.first == 9
    }
    var contents: [[UInt8]] = []
    var place = 0
    while contents.count < parts {
        while !isDelimiter(place) {
            place += 1
        }
        // The line of the boundary, then header lines up to an empty one, whose end may begin the next delimiter.
        while !text[place...].starts(with: [13, 10, 13, 10]) {
            place += 1
        }
        place += 2
        let start = place + 2
        // At the end of the body a begin of a delimiter stays undecided and is no content yet.
        while place < text.count, !isDelimiter(place), !isCutOff(text[place...], delimiter) {
            place += 1
        }
        contents.append(place <= start ? [] : Array(text[start..<place]))
    }
    return contents
}

/// Whether the text ends inside what may become a boundary line.
private func isCutOff(_ rest: ArraySlice<UInt8>, _ delimiter: [UInt8]) -> Bool {
    rest.count <= delimiter.count
        ? delimiter.starts(with: rest)
        : rest.count == delimiter.count + 1 && rest.starts(with: delimiter) && (rest.last == 45 || rest.last == 13)
}
