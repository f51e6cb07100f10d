import BlockGzip
import Tables

/// Rows of a table as the objects of a JSON array.
///
/// Keys are the table's column names. Numbers have the table's own text, so that a reader that takes
/// more than doubles loses nothing of p-values below 1e-308; `NA` is null, what is no number of JSON is
/// a string, and so are ids, alleles, chromosomes and status whatever they look like.
package struct RowObjects {
  private static let textColumns: Set<String> = [
    "chrom", "variant_id", "ref", "alt", "phenotype_id", "status",
  ]

  /// Whether a column holds text, whatever its fields look like.
  package static func isText(_ column: String) -> Bool { textColumns.contains(column) }

  /// `"name":` of every column, and whether it holds text.
  private let columns: [(key: [UInt8], isText: Bool)]
  private var fields = Fields(separator: .tab)
  private var isFirst = true

  package init(columns: TableColumns) {
    self.columns = columns.names.map { name in
      var key = TextBuffer()
      Self.append(string: Array(name.utf8)[...], to: &key)
      key.append(literal: ":")
      return (key.withUnsafeBytes { Array($0) }, Self.isText(name))
    }
  }

  /// Appends a row; the first opens the array.
  package mutating func append(_ row: UnsafeRawBufferPointer, to text: inout TextBuffer) {
    fields.split(row)
    if isFirst { text.append(literal: "[\n{") } else { text.append(literal: ",\n{") }
    isFirst = false
    for (place, column) in columns.enumerated() where place < fields.count {
      if place > 0 { text.append(literal: ",") }
      column.key.withUnsafeBytes { text.append(bytes: $0) }
      let field = fields.bytes(place, of: row)
      if !column.isText, field.elementsEqual("NA".utf8) {
        text.append(literal: "null")
      } else if !column.isText, Self.isNumber(field) {
        text.append(bytes: field)
      } else {
        Self.append(string: Array(field)[...], to: &text)
      }
    }
    text.append(literal: "}")
  }

  /// Appends the end of the array.
  package func appendEnd(to text: inout TextBuffer) {
    if isFirst { text.append(literal: "[]\n") } else { text.append(literal: "\n]\n") }
  }

  /// Whether text is a number by JSON's grammar (RFC 8259, section 6).
  static func isNumber(_ text: UnsafeRawBufferPointer) -> Bool {
    var rest = text[...]
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    func takeDigits() -> Int {
      let digits = rest.prefix(while: isDigit).count
      rest = rest.dropFirst(digits)
      return digits
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let hasLeadingZero = rest.first == UInt8(ascii: "0")
    let whole = takeDigits()
    guard whole > 0, whole == 1 || !hasLeadingZero else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard takeDigits() > 0 else { return false }
    }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
        rest = rest.dropFirst()
      }
      guard takeDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  /// Appends a string with its quotes, as UTF-8.
  private static func append(string bytes: ArraySlice<UInt8>, to text: inout TextBuffer) {
    text.append(literal: "\"")
    // Bytes that are no UTF-8 become replacement characters.
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"": text.append(literal: "\\\"")
      case "\\": text.append(literal: "\\\\")
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        text.append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      default: text.append(String(scalar))
      }
    }
    text.append(literal: "\"")
  }
}
