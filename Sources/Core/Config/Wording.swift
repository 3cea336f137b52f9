/// How messages are put: quoted names, lists of choices, suggestions.
package enum Wording {
    /// Longest piece of the file that a message repeats.
    private static let maximumQuoted = 60

    /// A piece of the file in quotes: shortened, without control characters, so that it cannot forge a log line.
    static func quoted(_ text: String) -> String {
        var shown = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            guard index < maximumQuoted else { return "'\(shown)…'" }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: shown += "\u{FFFD}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return "'\(shown)'"
    }

    /// `a, b or c`.
    static func alternatives(_ choices: [String]) -> String {
        guard choices.count > 1, let last = choices.last else { return choices.first ?? "" }
        return choices.dropLast().joined(separator: ", ") + " or " + last
    }

    /// `unknown mode 'compt'; did you mean 'compat'?`, or the choices when none is near and they are few.
    static func unknown(_ what: String, _ text: String, among choices: [String]) -> String {
        let start = "unknown \(what) \(quoted(text))"
        if let near = nearest(to: text, among: choices) { return "\(start); did you mean '\(near)'?" }
        return choices.isEmpty || choices.count > 8 ? start : "\(start); use \(alternatives(choices))"
    }

    /// The choice that was probably meant: at most one edit per three letters away, or its beginning; case aside.
    package static func nearest(to text: String, among choices: [String]) -> String? {
        let typed = Array(text.lowercased().utf8)
        guard !typed.isEmpty, typed.count <= 40 else { return nil }
        var best: (choice: String, distance: Int)?
        for choice in choices {
            let letters = Array(choice.lowercased().utf8)
            let distance = editDistance(typed, letters)
            let isBeginning =
                min(typed.count, letters.count) > 3 && (letters.starts(with: typed) || typed.starts(with: letters))
            let isNear = isBeginning || distance <= max(1, min(typed.count, letters.count) / 3)
            if isNear, distance < best?.distance ?? Int.max {
                best = (choice, distance)
            }
        }
        return best?.choice
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one text to the other.
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
