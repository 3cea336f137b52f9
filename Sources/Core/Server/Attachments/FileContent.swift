/// What the first bytes of a file say it is. What a client declares proves nothing.
enum FileContent: Sendable, Equatable {
    case jpeg, png, gif, webp
    case pdf
    /// The container of old Office files (MS-CFB).
    case compoundFile
    /// The container of new Office files.
    case zip
    case richText
    case mp3, wav, ogg
    /// ISO base media: mp4, m4a and their kin.
    case isoMedia
    /// Matroska as browsers know it.
    case webm
    /// Text without control characters.
    case text
    /// HTML, SVG or other XML: a browser would run what is in it.
    case markup
    case empty
    case unknown

    /// How many bytes of a file are looked at.
    static let prefixLength = 4096

    /// Looks at the first `prefixLength` bytes, or all there are.
    init(prefix: [UInt8]) {
        if prefix.isEmpty {
            self = .empty
        } else if let signature = Self.bySignature(prefix) {
            self = signature
        } else if Self.isMPEGAudio(prefix) {
            self = .mp3
        } else if TextForm.isMarkup(prefix) {
            self = .markup
        } else {
            self = TextForm.isText(prefix) ? .text : .unknown
        }
    }

    /// Signatures stand at the very first byte: whatever lets a file be two kinds at once puts something before one.
    private static func bySignature(_ bytes: [UInt8]) -> FileContent? {
        switch bytes[0] {
        case 0xFF where bytes.starts(with: [0xFF, 0xD8, 0xFF]): .jpeg
        case 0x89 where bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]): .png
        case UInt8(ascii: "G") where bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8): .gif
        case UInt8(ascii: "R") where bytes.starts(with: "RIFF".utf8): riff(bytes)
        case UInt8(ascii: "%") where bytes.starts(with: "%PDF-".utf8): .pdf
        case 0xD0 where bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]): .compoundFile
        case UInt8(ascii: "P") where bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]): .zip
        case UInt8(ascii: "{") where bytes.starts(with: "{\\rtf".utf8): .richText
        case UInt8(ascii: "I") where bytes.starts(with: "ID3".utf8) && bytes.count > 3 && (2...4).contains(bytes[3]):
            .mp3
        case UInt8(ascii: "O") where bytes.starts(with: "OggS\0".utf8): .ogg
        case 0x1A where bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]): isWebM(bytes) ? .webm : .unknown
        case 0x00 where bytes.dropFirst(4).starts(with: "ftyp".utf8): isoMedia(bytes)
        default: nil
        }
    }

    private static func riff(_ bytes: [UInt8]) -> FileContent {
        let form = bytes.dropFirst(8)
        if form.starts(with: "WEBP".utf8) { return .webp }
        return form.starts(with: "WAVE".utf8) ? .wav : .unknown
    }

    /// The DocType element (0x4282) of the EBML header, which browsers expect near the begin (RFC 8794, section 11.2).
    private static func isWebM(_ bytes: [UInt8]) -> Bool {
        let header = bytes.prefix(64)
        for index in header.indices.dropFirst(4) where header[index...].starts(with: [0x42, 0x82, 0x84]) {
            return header[(index + 3)...].starts(with: "webm".utf8)
        }
        return false
    }

    /// Still images share the container with films, and are none (ISO/IEC 23008-12).
    private static func isoMedia(_ bytes: [UInt8]) -> FileContent {
        let brand = String(decoding: bytes.dropFirst(8).prefix(4), as: UTF8.self)
        let foreign = ["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "avif", "avis", "qt  ", "crx "]
        return foreign.contains(brand) ? .unknown : .isoMedia
    }

    /// A frame of MPEG audio layer III without an ID3 tag before it, and the next frame where it must be: two bytes
    /// alone are too common to trust.
    private static func isMPEGAudio(_ bytes: [UInt8]) -> Bool {
        guard let length = MPEGAudioFrame.length(bytes, at: 0) else { return false }
        return length + 4 > bytes.count || MPEGAudioFrame.length(bytes, at: length) != nil
    }
}

/// The header of one frame of MPEG audio layer III (ISO/IEC 11172-3 2.4.1.3).
enum MPEGAudioFrame {
    /// In kbit/s, from index 1, for MPEG 1 and for MPEG 2 and 2.5.
    private static let rates1 = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    private static let rates2 = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]

    /// How many bytes the frame has; nil when none begins here.
    static func length(_ bytes: [UInt8], at offset: Int) -> Int? {
        guard bytes.count >= offset + 4, bytes[offset] == 0xFF, bytes[offset + 1] & 0xE6 == 0xE2 else { return nil }
        let version = bytes[offset + 1] >> 3 & 3
        let rateIndex = Int(bytes[offset + 2] >> 4)
        let frequencyIndex = Int(bytes[offset + 2] >> 2 & 3)
        guard version != 1, (1...14).contains(rateIndex), frequencyIndex < 3 else { return nil }
        let isMPEG1 = version == 3
        let rate = (isMPEG1 ? rates1 : rates2)[rateIndex - 1] * 1000
        let frequency = [44_100, 48_000, 32_000][frequencyIndex] >> (isMPEG1 ? 0 : version == 2 ? 1 : 2)
        return (isMPEG1 ? 144 : 72) * rate / frequency + Int(bytes[offset + 2] >> 1 & 1)
    }
}
