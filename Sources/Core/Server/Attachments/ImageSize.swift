/// Width and height of an image in pixels, as its header has them; how it is turned (EXIF) is not asked for.
struct ImageSize: Equatable {
    /// No screen and no camera has more; a header that says so is not believed.
    private static let maximum: UInt64 = 100_000

    /// Cameras and editors write a few dozen segments; ICC profiles come in up to 255.
    private static let maximumMarkers = 1000

    let width: Int
    let height: Int

    private init?(_ width: UInt64?, _ height: UInt64?) {
        guard let width, let height, (1...Self.maximum).contains(width), (1...Self.maximum).contains(height)
        else { return nil }
        self.width = Int(width)
        self.height = Int(height)
    }

    /// Nil when the content is no image or its header cannot be read.
    init?(_ content: FileContent, _ probe: inout FileProbe) throws(SystemError) {
        let found: ImageSize? =
            switch content {
            case .jpeg: try Self.jpeg(&probe)
            case .png: try Self.png(&probe)
            case .gif: try Self.gif(&probe)
            case .webp: try Self.webp(&probe)
            default: nil
            }
        guard let found else { return nil }
        self = found
    }

    /// IHDR comes first (PNG, section 5.6).
    private static func png(_ probe: inout FileProbe) throws(SystemError) -> ImageSize? {
        guard try probe.has("IHDR", at: 12) else { return nil }
        return ImageSize(try probe.bigEndian(at: 16, bytes: 4), try probe.bigEndian(at: 20, bytes: 4))
    }

    /// The logical screen (GIF89a, section 18).
    private static func gif(_ probe: inout FileProbe) throws(SystemError) -> ImageSize? {
        ImageSize(try probe.littleEndian(at: 6, bytes: 2), try probe.littleEndian(at: 8, bytes: 2))
    }

    /// The first chunk tells: VP8 (RFC 6386, section 9.1), VP8L or VP8X (RFC 9649, sections 2.7 and 3.4).
    private static func webp(_ probe: inout FileProbe) throws(SystemError) -> ImageSize? {
        if try probe.has("VP8X", at: 12) {
            guard let width = try probe.littleEndian(at: 24, bytes: 3),
                let height = try probe.littleEndian(at: 27, bytes: 3)
            else { return nil }
            return ImageSize(width + 1, height + 1)
        }
        if try probe.has("VP8L", at: 12) {
            guard try probe.bigEndian(at: 20, bytes: 1) == 0x2F, let bits = try probe.littleEndian(at: 21, bytes: 4)
            else { return nil }
            return ImageSize((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        }
        guard try probe.has("VP8 ", at: 12), try probe.bigEndian(at: 23, bytes: 3) == 0x9D_012A,
            let width = try probe.littleEndian(at: 26, bytes: 2),
            let height = try probe.littleEndian(at: 28, bytes: 2)
        else { return nil }
        // The two bits above are a hint for scaling.
        return ImageSize(width & 0x3FFF, height & 0x3FFF)
    }

    /// Goes from segment to segment up to the frame header (ITU-T T.81, B.1 and B.2.2); not for ever, should a file be
    /// made of nothing but markers.
    private static func jpeg(_ probe: inout FileProbe) throws(SystemError) -> ImageSize? {
        var offset = 2
        for _ in 0..<maximumMarkers {
            guard let marker = try probe.bigEndian(at: offset, bytes: 2), marker >> 8 == 0xFF else { return nil }
            switch marker & 0xFF {
            case 0xFF:
                // Any number of these may fill the space before a marker.
                offset += 1
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                return ImageSize(
                    try probe.bigEndian(at: offset + 7, bytes: 2),
                    try probe.bigEndian(at: offset + 5, bytes: 2)
                )
            case 0x01, 0xD0...0xD8:
                offset += 2
            case 0x00, 0xD9, 0xDA:
                // Without a frame header before the image's data there is none.
                return nil
            default:
                guard let length = try probe.bigEndian(at: offset + 2, bytes: 2), length >= 2 else { return nil }
                offset += 2 + Int(length)
            }
        }
        return nil
    }
}
