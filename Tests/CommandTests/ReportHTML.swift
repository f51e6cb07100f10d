import Foundation

/// What a page of `slopeqtl report` shows, read back from its HTML.
struct ReportHTML {
  let text: String

  init(path: String) throws { text = try String(contentsOfFile: path, encoding: .utf8) }

  /// The values of the lists of facts by their terms; of several the first.
  var facts: [String: String] {
    let pairs = text.matches(of: /<dt>(.*?)<\/dt>\s*<dd>(.*?)<\/dd>/).map {
      (Self.plain($0.output.1), Self.plain($0.output.2))
    }
    return Dictionary(pairs) { first, _ in first }
  }

  /// The cells of a table by its title: header first.
  func table(_ title: String) -> [[String]] {
    for part in text.matches(of: /<table.*?<\/table>/.dotMatchesNewlines()) {
      let own = String(part.output)
      let caption = own.firstMatch(of: /<\/strong>(.*?)<\/caption>/)?.output.1 ?? ""
      guard Self.plain(caption) == title else { continue }
      return own.matches(of: /<tr.*?<\/tr>/.dotMatchesNewlines()).map { row in
        row.output.matches(of: /<t[hd][^>]*>(.*?)<\/t[hd]>/.dotMatchesNewlines()).map {
          Self.plain($0.output.1)
        }
      }
    }
    return []
  }

  /// All text outside of pictures and style, with single blanks.
  var words: String {
    var rest = text
    for element in ["svg", "style", "script"] {
      guard let pattern = try? Regex("(?s)<\(element)[ >].*?</\(element)>") else { continue }
      rest = rest.replacing(pattern, with: " ")
    }
    return Self.plain(rest).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The text of the first callout with a title; nil where there is none.
  func callout(_ title: String) -> String? {
    for part in text.matches(of: /<div class="callout.*?<\/div>\s*<\/div>/.dotMatchesNewlines()) {
      let words = Self.plain(part.output)
      if words.contains(": \(title)") { return words }
    }
    return nil
  }

  /// The paragraph of methods.
  var methods: String {
    let found = text.firstMatch(of: /<blockquote[^>]*>(.*?)<\/blockquote>/.dotMatchesNewlines())
    return Self.plain(found?.output.1 ?? "")
  }

  /// Those of some texts that the page does not have.
  func missing(_ texts: [String]) -> [String] {
    let words = words
    return texts.filter { !words.contains($0) }
  }

  /// Ids of the sections.
  var sections: [String] {
    text.matches(of: /<section[^>]* id="([a-z0-9-]+)"/).map { String($0.output.1) }
  }

  /// Text without elements and entities.
  private static func plain(_ html: some StringProtocol) -> String {
    var text = String(html).replacing(/<[^>]+>/, with: "")
    for (entity, character) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
    ] { text = text.replacingOccurrences(of: entity, with: character) }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// A count with commas as a number.
  static func count(_ text: String?) -> Int? {
    text.flatMap { Int($0.replacingOccurrences(of: ",", with: "")) }
  }
}
