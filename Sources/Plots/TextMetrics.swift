/// Estimated widths of text, so that layout needs no font.
///
/// Which sans-serif font a reader has is unknown. A character counts with the wider of its widths in
/// Liberation Sans (the metrics of Arial and Helvetica) and DejaVu Sans, measured in a browser:
/// what fits here fits in either, and Arial leaves about a tenth of the room.
enum TextMetrics {
  /// Hundredths of the font's size for U+0020 to U+007E.
  private static let printable: [UInt8] = [
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 34, 34, 84, 84, 84, 56, 102, 68, 69, 72, 77, 67, 61, 78, 75, 29, 50, 67, 56, 86, 75, 79,
    67, 79, 72, 67, 61, 73, 68, 99, 69, 67, 69, 39, 34, 39, 84, 56, 50, 61, 63, 55, 63, 62, 35, 63,
    63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
  ]

  /// DejaVu Sans Bold is wider than its regular form by this much.
  private static let boldFactor = 1.12

  /// The width of one line in pixels.
  static func width(_ text: String, _ style: TextStyle) -> Double {
    var hundredths = 0
    for scalar in text.unicodeScalars { hundredths += width(scalar) }
    return Double(hundredths) / 100 * style.size * (style.isBold ? boldFactor : 1)
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20...0x7E: Int(printable[Int(scalar.value) - 0x20])
    case 0x300...0x36F, 0x200B...0x200D: 0
    case 0xB2, 0xB3, 0xB9, 0x2070...0x2079, 0x2080...0x2089: 41
    case 0x207A...0x207F, 0x208A...0x208C: 54
    case 0xD7, 0x2212: 84
    case 0xA0...0x24F: 75
    case 0x370...0x3FF: 70
    case 0x2013, 0x2018...0x201D: 56
    default: 103
    }
  }

  /// `text`, or its beginning and `…` where it is wider than `width` pixels.
  static func fit(_ text: String, width limit: Double, _ style: TextStyle) -> String {
    if width(text, style) <= limit { return text }
    var kept = text
    while let last = kept.last, last == "…" || last == " " || width(kept + "…", style) > limit {
      kept.removeLast()
    }
    return kept + "…"
  }

  /// `text` in lines of at most `width` pixels, broken at spaces, and inside of words that are wider.
  /// What is beyond `lines` lines is replaced by `…`.
  static func wrap(
    _ text: String, width limit: Double, _ style: TextStyle, lines: Int = .max
  ) -> [String] {
    precondition(lines > 0 && limit > 0, "lines \(lines), width \(limit)")
    var wrapped: [String] = []
    var current = ""
    for word in text.split(whereSeparator: { $0 == " " || $0.isNewline || $0 == "\t" }) {
      let joined = current.isEmpty ? String(word) : current + " " + word
      if width(joined, style) <= limit {
        current = joined
        continue
      }
      if !current.isEmpty { wrapped.append(current) }
      current = ""
      for character in word {
        if !current.isEmpty, width(current + String(character), style) > limit {
          wrapped.append(current)
          current = ""
        }
        current.append(character)
      }
    }
    if !current.isEmpty { wrapped.append(current) }
    guard wrapped.count > lines else { return wrapped }
    let rest = wrapped[(lines - 1)...].joined(separator: " ")
    return wrapped[..<(lines - 1)] + [fit(rest, width: limit, style)]
  }
}
