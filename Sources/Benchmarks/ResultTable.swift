/// The text of results: one line each, under a header.
struct ResultTable {
  /// How columns are told apart.
  enum Layout {
    /// Columns padded to equal width, rates with thousands separated.
    case aligned
    /// Tabs between columns, plain numbers.
    case tabs
  }

  static let header = [
    "stage", "unit", "per CPU s", "lowest", "highest", "scaled", "Gflop/s", "peak %",
  ]

  let layout: Layout
  /// Width of the first column.
  let nameWidth: Int

  init(layout: Layout, stages: [Stage]) {
    self.layout = layout
    nameWidth = max(5, stages.map(\.name.count).max() ?? 0)
  }

  var headerLine: String { line(Self.header) }

  /// The line of one result.
  func line(_ result: StageResult) -> String {
    line([
      result.stage.name, result.stage.unit, number(result.rate),
      number(result.rates.min() ?? .nan), number(result.rates.max() ?? .nan),
      number(result.scaledRate), result.gflops.map { fixed($0) } ?? "-",
      result.peakShare.map { fixed(100 * $0) } ?? "-",
    ])
  }

  private func line(_ cells: [String]) -> String {
    guard layout == .aligned else { return cells.joined(separator: "\t") }
    let widths = [nameWidth, 7, 14, 14, 14, 14, 9, 9]
    return zip(cells, widths).enumerated().map { index, cell in
      let padding = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
      return index < 2 ? cell.0 + padding : padding + cell.0
    }.joined(separator: " ")
  }

  /// Three significant digits or more, never an exponent.
  private func number(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    guard value >= 1000 else { return fixed(value) }
    let digits = String(Int(value.rounded()))
    guard layout == .aligned else { return digits }
    var grouped = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { grouped.append(",") }
      grouped.append(digit)
    }
    return grouped
  }

  /// Two decimals.
  private func fixed(_ value: Double) -> String {
    let hundredths = Int((100 * value).rounded())
    let rest = String(hundredths % 100)
    return "\(hundredths / 100).\(rest.count == 1 ? "0" : "")\(rest)"
  }
}
