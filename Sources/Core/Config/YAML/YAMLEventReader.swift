import CYAML

/// One step of a YAML document, copied out of libyaml's memory.
enum YAMLEvent: Equatable {
    case documentStart
    case alias
    case scalar(String, isQuoted: Bool, YAMLProperties)
    case sequenceStart(YAMLProperties)
    case mappingStart(YAMLProperties)
    /// The end of the innermost open sequence or mapping.
    case end
}

/// What may be written before a node and is refused here.
struct YAMLProperties: Equatable {
    var hasAnchor: Bool
    var hasTag: Bool
}

/// Why libyaml stopped, in a sentence. Either the place or, for bytes it cannot read at all, their offset is known.
struct YAMLSyntaxFailure: Equatable {
    let message: String
    let mark: SourceMark
    let byteOffset: Int?
}

/// The one file that touches libyaml: walks a text's events and hands out plain Swift values.
///
/// The unsafe parts, and why they hold: the parser lives on this stack frame and is deleted before it is left; libyaml
/// reads the caller's bytes only inside `withUnsafeBufferPointer`; every event is copied and deleted before the next.
enum YAMLEventReader {
    /// Feeds each event to `take` until it answers false or the text ends. Nil when nothing was wrong with the syntax.
    ///
    /// The text has to be UTF-8 already: libyaml's own detection of UTF-16 is switched off.
    static func read(_ text: [UInt8], _ take: (YAMLEvent, SourceMark) -> Bool) -> YAMLSyntaxFailure? {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else {
            return YAMLSyntaxFailure(
                message: "out of memory while reading YAML",
                mark: SourceMark(line: 1, column: 1),
                byteOffset: nil
            )
        }
        defer { yaml_parser_delete(&parser) }
        return text.withUnsafeBufferPointer { bytes in
            yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
            while true {
                var event = yaml_event_t()
                guard yaml_parser_parse(&parser, &event) == 1 else { return failure(of: parser) }
                defer { yaml_event_delete(&event) }
                if event.type == YAML_STREAM_END_EVENT { return nil }
                guard let copied = copy(event) else { continue }
                guard take(copied, sourceMark(event.start_mark)) else { return nil }
            }
        }
    }

    /// The event as a Swift value; nil for those that say nothing here.
    private static func copy(_ event: yaml_event_t) -> YAMLEvent? {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT:
            return .documentStart
        case YAML_ALIAS_EVENT:
            return .alias
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let isQuoted = scalar.style != YAML_PLAIN_SCALAR_STYLE
            let properties = YAMLProperties(hasAnchor: scalar.anchor != nil, hasTag: scalar.tag != nil)
            return .scalar(String(decoding: bytes, as: UTF8.self), isQuoted: isQuoted, properties)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return .sequenceStart(YAMLProperties(hasAnchor: start.anchor != nil, hasTag: start.tag != nil))
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return .mappingStart(YAMLProperties(hasAnchor: start.anchor != nil, hasTag: start.tag != nil))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            return .end
        default:
            return nil
        }
    }

    private static func failure(of parser: yaml_parser_t) -> YAMLSyntaxFailure {
        let problem = parser.problem.map { String(cString: $0) } ?? "out of memory while reading YAML"
        if parser.error == YAML_READER_ERROR {
            return YAMLSyntaxFailure(
                message: problem,
                mark: SourceMark(line: 1, column: 1),
                byteOffset: Int(parser.problem_offset)
            )
        }
        let context = parser.context.map { " " + String(cString: $0) } ?? ""
        return YAMLSyntaxFailure(message: problem + context, mark: sourceMark(parser.problem_mark), byteOffset: nil)
    }

    /// libyaml counts from 0.
    private static func sourceMark(_ mark: yaml_mark_t) -> SourceMark {
        SourceMark(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
