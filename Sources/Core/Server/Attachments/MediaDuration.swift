/// How long a sound or film lasts, in seconds, as its headers tell.
enum MediaDuration {
    /// A chunk, box or page that would be one more is not looked at.
    private static let maximumSteps = 64
    /// A week; what says it is longer is not believed.
    private static let maximum = 7.0 * 86_400
    /// How much of an Ogg file's end is searched; a page has at most 65,307 bytes (RFC 3533, section 6).
    private static let tailLength = 65_536

    /// Nil when the content has no duration or its headers cannot be read.
    static func read(_ content: FileContent, _ probe: inout FileProbe) throws(SystemError) -> Double? {
        let seconds: Double? =
            switch content {
            case .wav: try wav(&probe)
            case .isoMedia: try isoMedia(&probe)
            case .ogg: try ogg(&probe)
            default: nil
            }
        guard let seconds, seconds > 0, seconds <= maximum else { return nil }
        // Milliseconds are all that anybody shows.
        return (seconds * 1000).rounded() / 1000
    }

    /// Bytes of sound divided by bytes a second.
    private static func wav(_ probe: inout FileProbe) throws(SystemError) -> Double? {
        var offset = 12
        var bytesPerSecond: UInt64?
        for _ in 0..<maximumSteps {
            guard let length = try probe.littleEndian(at: offset + 4, bytes: 4) else { return nil }
            if try probe.has("fmt ", at: offset) {
                bytesPerSecond = try probe.littleEndian(at: offset + 16, bytes: 4)
            } else if try probe.has("data", at: offset) {
                guard let bytesPerSecond, bytesPerSecond > 0 else { return nil }
                // Recorders that cannot seek back leave 0 or the largest number here.
                let rest = UInt64(probe.size - offset - 8)
                return Double(length == 0 ? rest : min(length, rest)) / Double(bytesPerSecond)
            }
            // Chunks begin at even offsets.
            offset += 8 + Int(length) + Int(length & 1)
        }
        return nil
    }

    /// `mvhd` in `moov`, which stands before or behind the film itself (ISO/IEC 14496-12 8.2.2).
    private static func isoMedia(_ probe: inout FileProbe) throws(SystemError) -> Double? {
        guard let movie = try box("moov", in: 0..<probe.size, &probe),
            let header = try box("mvhd", in: movie, &probe)
        else { return nil }
        let isLong = try probe.bigEndian(at: header.lowerBound, bytes: 1) == 1
        let scale = try probe.bigEndian(at: header.lowerBound + (isLong ? 20 : 12), bytes: 4)
        let length = try probe.bigEndian(at: header.lowerBound + (isLong ? 24 : 16), bytes: isLong ? 8 : 4)
        guard let scale, let length, scale > 0, length != (isLong ? UInt64.max : UInt64(UInt32.max)) else { return nil }
        return Double(length) / Double(scale)
    }

    /// Where the content of the first box of a type stands.
    private static func box(
        _ type: String,
        in range: Range<Int>,
        _ probe: inout FileProbe
    ) throws(SystemError) -> Range<Int>? {
        var offset = range.lowerBound
        for _ in 0..<maximumSteps {
            guard offset <= range.upperBound - 8, let short = try probe.bigEndian(at: offset, bytes: 4) else {
                return nil
            }
            var header = 8
            var length = short
            if short == 1 {
                guard let long = try probe.bigEndian(at: offset + 8, bytes: 8) else { return nil }
                header = 16
                length = long
            } else if short == 0 {
                length = UInt64(range.upperBound - offset)
            }
            guard length >= UInt64(header), length <= UInt64(range.upperBound - offset) else { return nil }
            if try probe.has(type, at: offset + 4) { return offset + header..<offset + Int(length) }
            offset += Int(length)
        }
        return nil
    }

    /// The position of the last page, in samples (RFC 3533), by the rate that the first packet tells.
    private static func ogg(_ probe: inout FileProbe) throws(SystemError) -> Double? {
        guard let segments = try probe.bigEndian(at: 26, bytes: 1), let stream = try probe.bytes(at: 14, count: 4)
        else { return nil }
        let packet = 27 + Int(segments)
        var rate: UInt64 = 0
        var skipped: UInt64 = 0
        if try probe.has("\u{1}vorbis", at: packet) {
            rate = try probe.littleEndian(at: packet + 12, bytes: 4) ?? 0
        } else if try probe.has("OpusHead", at: packet) {
            // Opus counts at this rate whatever was recorded (RFC 7845, section 4).
            rate = 48_000
            skipped = try probe.littleEndian(at: packet + 10, bytes: 2) ?? 0
        }
        let start = max(0, probe.size - tailLength)
        guard rate > 0, let tail = try probe.bytes(at: start, count: probe.size - start),
            let last = lastPosition(in: tail, of: stream), last > skipped
        else { return nil }
        return Double(last - skipped) / Double(rate)
    }

    /// The granule position of the last page of a stream that has one.
    private static func lastPosition(in tail: [UInt8], of stream: [UInt8]) -> UInt64? {
        var index = tail.count - 27
        while index >= 0 {
            if tail[index] == UInt8(ascii: "O"), tail[index...].starts(with: "OggS\0".utf8),
                tail[(index + 14)...].starts(with: stream)
            {
                let position = tail[index + 6..<index + 14].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                if position != UInt64.max { return position }
            }
            index -= 1
        }
        return nil
    }
}
