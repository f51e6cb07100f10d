/// Small tables with and without quotes.
enum TableSeeds {
  static let all = [
    "\"\",\"distance\",\"age\",\"Sex\"\n\"1\",26,8,\"Male\"\n\"2\",NA,10,\"Fe, \"\"male\"\"\"\n",
    "\u{FEFF}patient;arm;time\r\np1;control;0.5\r\n\"p\r\n2\";treated;1e-3\r\n",
    "\"a\" \"b\"\n1 \"x y\"\n2 \"\"\n",
    "id\tnote\n1\t\"tab\there\"\n2\t5\" pipe",
    "a,b\n1,2\n3,4\n",
  ]

  /// The cells of a table with commas and without quotes, by splitting; nil for other tables.
  static func withoutQuotes(_ input: [UInt8]) -> [String]? {
    guard let text = String(validating: input, as: UTF8.self) else { return nil }
    // Scalars, as "\r\n" is one character.
    let scalars = text.unicodeScalars
    guard let header = scalars.split(separator: "\n", omittingEmptySubsequences: false).first,
      header.contains(","), !header.contains("\t"),
      !scalars.contains(where: { ["\"", "\r", "\u{FEFF}"].contains($0) })
    else { return nil }
    return scalars.split(separator: "\n").flatMap { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map { cell in
        let start = cell.firstIndex { $0 != " " } ?? cell.endIndex
        let end = cell.lastIndex { $0 != " " }.map { cell.index(after: $0) } ?? start
        return String(String.UnicodeScalarView(cell[start..<end]))
      }
    }
  }
}
