/// Text made safe for XML and HTML, as content and as the value of an attribute.
package enum MarkupText {
  /// `text` with markup's own characters as entities and white space as spaces. Characters that XML
  /// 1.0 forbids, and those that turn the direction of writing, become U+FFFD: ids come from users.
  package static func escape(_ text: String) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in clean(text).unicodeScalars {
      switch scalar.value {
      case 0x26: escaped += "&amp;"
      case 0x3C: escaped += "&lt;"
      case 0x3E: escaped += "&gt;"
      case 0x22: escaped += "&quot;"
      case 0x27: escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// `text` with white space as spaces, and U+FFFD for what no document may hold; markup's own
  /// characters stay.
  package static func clean(_ text: String) -> String {
    var cleaned = ""
    cleaned.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A, 0x0D: cleaned += " "
      case 0...0x1F, 0x7F...0x9F, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069,
        0xFFFE...0xFFFF:
        cleaned.unicodeScalars.append("\u{FFFD}")
      default: cleaned.unicodeScalars.append(scalar)
      }
    }
    return cleaned
  }
}
