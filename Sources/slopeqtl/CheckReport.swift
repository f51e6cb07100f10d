import BlockGzip
import FoundationEssentials

/// A report that is printed as text or as one JSON object.
protocol CheckReport: Encodable {
  /// Lines of text, without line ends.
  var lines: [String] { get }
}

extension CheckReport {
  /// Prints the report on standard output.
  func print(asJSON: Bool) throws {
    guard asJSON else {
      try StandardOutput.write(lines.map { $0 + "\n" }.joined())
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let data = try encoder.encode(self)
    try StandardOutput.write(String(decoding: data, as: UTF8.self) + "\n")
  }
}

/// Text of reports.
enum CheckText {
  /// A label and what it stands for, in columns.
  static func line(_ label: String, _ value: String) -> String {
    let width = 20
    return label + String(repeating: " ", count: max(1, width - label.count)) + value
  }

  static func line(_ label: String, _ value: Int) -> String { line(label, "\(value)") }

  /// `number` with three significant digits or, from 1000 on, none after the point.
  static func rounded(_ number: Double) -> String {
    guard number.isFinite, number > 0, number < 1000 else { return "\(Int(number.rounded()))" }
    var scale = 1.0
    while number * scale < 100 { scale *= 10 }
    let text = "\((number * scale).rounded() / scale)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Bytes in a unit that suits.
  static func size(_ bytes: Double) -> String {
    bytes < 1e8 ? "\(rounded(bytes / 1e6)) MB" : "\(rounded(bytes / 1e9)) GB"
  }

  /// Seconds in a unit that suits.
  static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<120: "\(rounded(seconds)) seconds"
    case ..<7200: "\(rounded(seconds / 60)) minutes"
    default: "\(rounded(seconds / 3600)) hours"
    }
  }

  static func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }

  static func percent(_ share: Double) -> String { "\(rounded(100 * share)) %" }

  /// At most `limit` items, and how many there are.
  static func list(_ items: [String], limit: Int = 12) -> String {
    items.count <= limit
      ? items.joined(separator: ", ")
      : items.prefix(limit).joined(separator: ", ") + ", … (\(items.count) in all)"
  }

  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}

/// Smallest, middle and largest of counts.
struct CountRange: Encodable {
  var minimum: Int
  var median: Double
  var maximum: Int

  /// nil without counts.
  init?(_ counts: [Int]) {
    let sorted = counts.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    minimum = first
    maximum = last
    median = Double(sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  var text: String {
    minimum == maximum
      ? "\(minimum)" : "\(minimum) to \(maximum), median \(CheckText.number(median))"
  }
}
