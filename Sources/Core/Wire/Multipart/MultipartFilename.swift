extension MultipartPartHead {
    /// File systems take no more for one name.
    private static let maxFilenameBytes = 255
    /// Longer than any ending that says what a file is.
    private static let maxExtensionBytes = 16

    /// The file name as it may be shown and offered for download: without the path before it, without characters that
    /// cannot be seen or that turn the direction of what follows, not hidden, and of 255 bytes at most, with its
    /// extension kept. Nil when there is no file name or nothing is left of it.
    package var sanitizedFilename: String? {
        guard let filename else {
            return nil
        }
        let scalars = filename.unicodeScalars
        let start = scalars.lastIndex { $0 == "/" || $0 == "\\" }.map { scalars.index(after: $0) }
        var visible = scalars[(start ?? scalars.startIndex)...].filter { !Self.isInvisible($0) }[...]
        visible = visible.drop(while: Self.isEdge)
        while let last = visible.last, Self.isEdge(last) {
            visible.removeLast()
        }
        guard !visible.isEmpty else {
            return nil
        }
        return Self.shorten(visible)
    }

    /// Controls, line separators, byte order marks and the marks that order bidirectional text.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
        default: false
        }
    }

    private static func isEdge(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "." || scalar == " "
    }

    private static func shorten(_ name: String.UnicodeScalarView.SubSequence) -> String {
        let text = String(name)
        guard text.utf8.count > maxFilenameBytes else {
            return text
        }
        var ending = ""
        if let dot = name.lastIndex(of: "."), String(name[dot...]).utf8.count <= maxExtensionBytes {
            ending = String(name[dot...])
        }
        var stem = String.UnicodeScalarView()
        var room = maxFilenameBytes - ending.utf8.count
        for scalar in name {
            room -= UTF8.width(scalar)
            guard room >= 0 else {
                break
            }
            stem.append(scalar)
        }
        return String(stem) + ending
    }
}
