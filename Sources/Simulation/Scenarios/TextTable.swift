/// A tab-separated table under construction.
struct TextTable {
  let header: [String]
  private(set) var rows: [[String]] = []

  init(_ header: [String]) { self.header = header }

  /// - Precondition: a field for every column.
  mutating func append(_ row: [String]) {
    precondition(row.count == header.count, "\(row.count) fields of \(header)")
    rows.append(row)
  }

  /// UTF-8, one line a row.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for row in [header] + rows { bytes.append(text: row.joined(separator: "\t") + "\n") }
    return bytes
  }
}

/// `value` with exactly `decimals` decimals.
func fixedText(_ value: Double, decimals: Int) -> String {
  var text: [UInt8] = []
  text.append(fixed: value, decimals: decimals)
  return String(decoding: text, as: UTF8.self)
}
