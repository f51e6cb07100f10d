import Foundation
import Testing

/// A table or flags that `fit` refuses: how they are made, and what is said about them.
struct FitRefusal: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// The exit code, as sysexits.h numbers them.
  var exitCode: Int32 = 65
  var formula = "y ~ time * arm + age + (1 + time | patient)"
  var flags: [String] = []
  /// What standard error must hold: the file and line, what was found and expected, the way out.
  let words: [String]
  /// Rows to predict below their header; nil for none.
  var new: [String]?
  /// Spoils the cells of a good table, header first.
  var cells: @Sendable (inout [[String]]) -> Void = { _ in }

  init(
    _ name: String, exitCode: Int32 = 65, formula: String? = nil, flags: [String] = [],
    new: [String]? = nil, words: [String],
    cells: @escaping @Sendable (inout [[String]]) -> Void = { _ in }
  ) {
    testDescription = name
    self.exitCode = exitCode
    if let formula { self.formula = formula }
    self.flags = flags
    self.new = new
    self.words = words
    self.cells = cells
  }

  /// 16 patients with 4 visits, line 2 the first; residuals by a fixed rule.
  static let table: [[String]] =
    [["patient", "arm", "time", "age", "y", "weight", "site"]]
    + (0..<64).map { row in
      let (patient, time) = (row / 4, row % 4)
      let level = Double((patient * 37) % 16) / 8 + Double(time * ((patient * 11) % 7)) / 10
      let residual = Double((row * row * 31 + row * 17) % 23) / 40
      return [
        "p\(patient < 10 ? "0" : "")\(patient)", patient % 2 == 0 ? "a" : "b", "\(time)",
        "\(40 + patient * 7 % 23)", "\(5 + level + residual)", "\(1 + (patient + time) % 3)",
        time % 2 == 0 ? "x" : "z",
      ]
    }

  static func set(_ column: Int, line: Int, to text: String) -> @Sendable (inout [[String]]) -> Void
  {
    { $0[line - 1][column] = text }
  }

  static func set(
    _ column: Int, _ value: @escaping @Sendable ([String]) -> String
  ) -> @Sendable (inout [[String]]) -> Void {
    { rows in for row in 1..<rows.count { rows[row][column] = value(rows[row]) } }
  }

  /// The command must end with the exit code and the words, print nothing and leave no file.
  func check() throws {
    let folder = try ScratchFolder()
    var table = Self.table
    cells(&table)
    try folder.write(ids: table.map { $0.joined(separator: "\t") }, to: "data.tsv")
    if let new {
      try folder.write(ids: ["patient\tarm\ttime\tage\ty\tweight\tsite"] + new, to: "new.tsv")
    }
    let before = folder.names()
    let predict = new == nil ? [] : ["--predict", "new.tsv", "--predictions", "result.tsv"]
    let result = try Command.slopeqtl(
      ["fit", "data.tsv", "--formula", formula] + flags + predict, in: folder)
    #expect(result.exitCode == exitCode, "\(result.errors)")
    #expect(result.missing(words) == [], "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(folder.names() == before)
  }
}
