/// Small files of every kind, byte by byte.
enum FileSamples {
    static func big(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    static func little(_ number: Int, _ count: Int) -> [UInt8] {
        big(number, count).reversed()
    }

    static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

    static func png(_ width: Int = 640, _ height: Int = 480) -> [UInt8] {
        [0x89] + ascii("PNG\r\n") + [0x1A, 0x0A] + big(13, 4) + ascii("IHDR") + big(width, 4) + big(height, 4)
            + [8, 6, 0, 0, 0] + [0, 0, 0, 0]
    }

    static func gif(_ width: Int = 10, _ height: Int = 20) -> [UInt8] {
        ascii("GIF89a") + little(width, 2) + little(height, 2) + [0, 0, 0, 0x3B]
    }

    /// `before` stands between the start of the image and its frame header.
    static func jpeg(_ width: Int = 800, _ height: Int = 600, frame: UInt8 = 0xC0, before: [UInt8] = []) -> [UInt8] {
        [0xFF, 0xD8, 0xFF, 0xE0] + big(16, 2) + ascii("JFIF\0") + [1, 1, 0, 0, 1, 0, 1, 0, 0] + before
            + [0xFF, frame] + big(17, 2) + [8] + big(height, 2) + big(width, 2) + [3] + [UInt8](repeating: 0, count: 9)
            + [0xFF, 0xDA, 0, 2, 0xFF, 0xD9]
    }

    static func webp(_ chunk: String, _ content: [UInt8]) -> [UInt8] {
        ascii("RIFF") + little(content.count + 12, 4) + ascii("WEBP") + ascii(chunk) + little(content.count, 4)
            + content
    }

    static func webpLossy(_ width: Int = 320, _ height: Int = 240) -> [UInt8] {
        webp("VP8 ", [0x50, 0x42, 0, 0x9D, 0x01, 0x2A] + little(width, 2) + little(height | 0x4000, 2) + [0, 0])
    }

    static func webpLossless(_ width: Int = 33, _ height: Int = 44) -> [UInt8] {
        webp("VP8L", [0x2F] + little((width - 1) | (height - 1) << 14, 4) + [0, 0])
    }

    static func webpExtended(_ width: Int = 4000, _ height: Int = 3000) -> [UInt8] {
        webp("VP8X", [0x10, 0, 0, 0] + little(width - 1, 3) + little(height - 1, 3))
    }

    /// A second has 8,000 bytes.
    static func wav(seconds: Double = 1.5, declared: Int? = nil) -> [UInt8] {
        let data = [UInt8](repeating: 0, count: Int(seconds * 8000))
        return ascii("RIFF") + little(36 + data.count, 4) + ascii("WAVE") + ascii("LIST") + little(3, 4) + [1, 2, 3, 0]
            + ascii("fmt ") + little(16, 4) + little(1, 2) + little(1, 2) + little(8000, 4) + little(8000, 4)
            + little(1, 2) + little(8, 2) + ascii("data") + little(declared ?? data.count, 4) + data
    }

    static func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
        big(content.count + 8, 4) + ascii(type) + content
    }

    static func longBox(_ type: String, _ content: [UInt8]) -> [UInt8] {
        big(1, 4) + ascii(type) + big(content.count + 16, 8) + content
    }

    static let shortMovieHeader = box(
        "mvhd",
        [0, 0, 0, 0] + big(0, 8) + big(1000, 4) + big(2500, 4) + [UInt8](repeating: 0, count: 80)
    )
    static let longMovieHeader = box(
        "mvhd",
        [1, 0, 0, 0] + big(0, 16) + big(600, 4) + big(600 * 7200, 8) + [UInt8](repeating: 0, count: 80)
    )

    /// The film itself stands before its description, as cameras write it.
    static func mp4(brand: String = "isom", header: [UInt8] = shortMovieHeader, film: Int = 100_000) -> [UInt8] {
        box("ftyp", ascii(brand) + big(512, 4)) + longBox("mdat", [UInt8](repeating: 7, count: film))
            + box("moov", box("udta", [1, 2, 3]) + header)
    }

    static func oggPage(_ content: [UInt8], granule: Int, stream: Int = 77) -> [UInt8] {
        ascii("OggS") + [0, 2] + little(granule, 8) + little(stream, 4) + little(0, 4) + little(0, 4) + [1]
            + [UInt8(content.count)] + content
    }

    static func vorbis(seconds: Int = 3) -> [UInt8] {
        oggPage([1] + ascii("vorbis") + little(0, 4) + [1] + little(44_100, 4) + [0, 0, 0], granule: 0)
            + oggPage([UInt8](repeating: 5, count: 200), granule: 44_100 * seconds)
            + oggPage([9], granule: -1) + oggPage([9], granule: 9_999_999, stream: 78)
    }

    static func opus(seconds: Int = 4) -> [UInt8] {
        oggPage(ascii("OpusHead") + [1, 1] + little(312, 2) + little(16_000, 4) + [0, 0, 0], granule: 0)
            + [UInt8](repeating: 0x4F, count: 70_000) + oggPage([1], granule: 48_000 * seconds + 312)
    }

    static let webm =
        [0x1A, 0x45, 0xDF, 0xA3, 0x9F] + [0x42, 0x86, 0x81, 1] + [0x42, 0x82, 0x84] + ascii("webm") + [0]
    static let matroska = [0x1A, 0x45, 0xDF, 0xA3, 0x9F] + [0x42, 0x82, 0x88] + ascii("matroska")
    static let pdf = ascii("%PDF-1.7\n%\u{e4}\n1 0 obj")
    static let zip = ascii("PK\u{3}\u{4}") + [20, 0, 0, 0] + ascii("[Content_Types].xml")
    static let compoundFile: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0]
    static let mp3Tagged = ascii("ID3") + [3, 0, 0, 0, 0, 0, 0]
    /// Two frames of MPEG 1 layer III, 128 kbit/s at 44.1 kHz: 417 bytes each.
    static let mp3Bare: [UInt8] = {
        let frame: [UInt8] = [0xFF, 0xFB, 0x90, 0x00] + [UInt8](repeating: 0, count: 413)
        return frame + frame
    }()
}
