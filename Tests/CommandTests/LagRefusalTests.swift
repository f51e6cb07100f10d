import Testing

/// Tables and flags that `lag` refuses, and what is said about them.
@Suite struct LagRefusalTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var exitCode: Int32 = 65
    var flags: [String] = []
    let words: [String]
    var change: @Sendable (inout [[String]]) -> Void = { _ in }
  }

  /// Sets a column of all rows by a rule.
  private static func set(
    _ column: Int, _ value: @escaping @Sendable ([String]) -> String
  ) -> @Sendable (inout [[String]]) -> Void {
    { rows in for row in 1..<rows.count { rows[row][column] = value(rows[row]) } }
  }

  private static let cases: [Case] = [
    Case(
      testDescription: "a column that is not there", flags: ["--x", "crp"],
      words: ["data.tsv:1", "no column 'crp'", "subject, time, x, y, site"]),
    Case(
      testDescription: "a covariate that is not there", flags: ["--covariates", "age"],
      words: ["no column 'age'"]),
    Case(
      testDescription: "text in a process", words: ["data.tsv:3:x", "'high'", "a number or NA"],
      change: { $0[2][2] = "high" }),
    Case(
      testDescription: "a constant process", words: [":y", "does not vary within subjects"],
      change: set(3) { _ in "7" }),
    Case(
      testDescription: "a process that is constant in every subject",
      words: [":x", "does not vary within subjects"],
      change: set(2) { "\(1.1 * Double($0[0].utf8.last ?? 0))" }),
    Case(
      testDescription: "twice the same process", words: ["x,y", "the two processes are one"],
      change: set(3) { "\(3 - 2 * (Double($0[2]) ?? 0))" }),
    Case(
      testDescription: "one subject", words: ["data.tsv:subject", "1 subject"],
      change: {
        $0 = [$0[0]] + (0..<40).map { ["a", "\($0)", "\($0 * $0 % 17)", "\($0 * $0 % 13)", "u"] }
      }),
    Case(
      testDescription: "two visits of every subject", words: ["too few visits in a row"],
      change: { rows in rows.removeAll { ["2", "3", "4"].contains($0[1]) } }),
    Case(
      testDescription: "one visit of every subject", words: ["no subject has two visits"],
      change: { rows in rows.removeAll { ["1", "2", "3", "4"].contains($0[1]) } }),
    Case(
      testDescription: "irregular times", words: ["data.tsv:time", "quartiles", "--max-gap"],
      change: { rows in
        for row in 1..<rows.count {
          rows[row][1] = "\((Double(rows[row][1]) ?? 0) * 7 + Double(row * row % 5))"
        }
      }),
    Case(
      testDescription: "two rows at one time",
      words: ["data.tsv:3:time", "'s10' at 0 in line 2 and line 3"],
      change: { $0[2][1] = "0" }),
    Case(
      testDescription: "a constant covariate", flags: ["--covariates", "site"],
      words: ["data.tsv:site", "constant"], change: set(4) { _ in "u" }),
    Case(
      testDescription: "a header alone", words: ["a table without rows"],
      change: { $0 = [$0[0]] }),
    Case(
      testDescription: "no data", exitCode: 64, flags: ["--bed", "e.bed"],
      words: ["a table and --bed"]),
    Case(
      testDescription: "a sheet without expression", exitCode: 64, flags: ["--samples", "s.tsv"],
      words: ["--samples without --bed"]),
    Case(
      testDescription: "one column for two things", exitCode: 64, flags: ["--y", "x"],
      words: ["'x' stands for two things"]),
    Case(
      testDescription: "a level out of range", exitCode: 64, flags: ["--level", "1"],
      words: ["--level 1.0"]),
    Case(
      testDescription: "a gap of 0", exitCode: 64, flags: ["--max-gap", "0"],
      words: ["--max-gap 0.0"]),
    Case(
      testDescription: "an output in the input's place", exitCode: 64,
      flags: ["--coefficients", "data.tsv"], words: ["'data.tsv' stands for two files"]),
  ]

  @Test(arguments: cases)
  func `what lag cannot use is refused with the place and the way out`(_ item: Case) throws {
    let folder = try ScratchFolder()
    var table = [["subject", "time", "x", "y", "site"]]
    for row in 0..<150 {
      let (subject, time) = (10 + row / 5, row % 5)
      table.append([
        "s\(subject)", "\(time)", "\(Double((row * row * 31 + row * 17) % 97) / 9)",
        "\(Double((row * row * 13 + row * 29) % 89) / 11)", row % 2 == 0 ? "u" : "v",
      ])
    }
    item.change(&table)
    try folder.write(ids: table.map { $0.joined(separator: "\t") }, to: "data.tsv")
    let before = folder.names()
    var flags = ["--x": "x", "--y": "y", "--subject": "subject", "--time": "time"]
    for place in stride(from: 0, to: item.flags.count, by: 2) {
      flags[item.flags[place]] = item.flags[place + 1]
    }
    let result = try Command.slopeqtl(
      ["lag", "data.tsv"] + flags.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] },
      in: folder)
    #expect(result.exitCode == item.exitCode, "\(result.errors)")
    #expect(result.missing(item.words) == [], "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(folder.names() == before)
  }

  @Test func `a column that the other one's past determines is refused`() throws {
    let folder = try ScratchFolder()
    var rows = ["subject\ttime\tx\ty"]
    for row in 0..<300 {
      func x(_ row: Int) -> Double { Double((row * row * 31 + row * 17) % 97) / 9 }
      rows.append("s\(10 + row / 6)\t\(row % 6)\t\(x(row))\t\(x(row - 1))")
    }
    try folder.write(ids: rows, to: "data.tsv")
    for (x, y) in [("x", "y"), ("y", "x")] {
      let result = try Command.slopeqtl(
        ["lag", "data.tsv", "--x", x, "--y", y, "--subject", "subject", "--time", "time"],
        in: folder)
      #expect(result.exitCode == 65, "\(result.output)")
      #expect(result.missing(["data.tsv", "copy of another"]) == [], "\(result.errors)")
    }
  }
}
