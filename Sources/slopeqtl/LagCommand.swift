import ArgumentParser
import BlockGzip
import CPlatform
import Longitudinal
import Tables

/// `slopeqtl lag`: which of two processes that were measured together leads.
struct LagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lag",
    abstract: "Tell which of two processes leads: a cross-lagged model of one table or two genes.",
    discussion: """
      Fits both processes at a visit on both at the visit before, within subjects: random intercepts \
      are correlated, residuals have an SD for each process and a correlation. Prints both paths with \
      intervals, their comparison, and what may and may not be concluded.

      Visits must have both processes. Without --max-gap times must be regular: the lag is one step, \
      and longer gaps are left out and counted.

      Example:
        slopeqtl simulate --scenario cross-lag --out pain --seed 1
        slopeqtl lag pain.tsv --x sleep --y pain --subject subject --time time
      """)

  @OptionGroup(title: "Data") var input: LagInputFlags

  @Option(
    help: ArgumentHelp(
      "Longest time between a visit and the one before that is its past. (default: one step of "
        + "regular times)", valueName: "gap"))
  var maxGap: Double?

  @Option(help: ArgumentHelp("Coverage of intervals; tests are at 1 − level.", valueName: "p"))
  var level = 0.95

  @Option(help: ArgumentHelp("Write the fit as JSON; - is standard output.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Write the coefficients of both equations.", valueName: "file"))
  var coefficients: String?

  @Option(
    help: ArgumentHelp(
      "Significant digits of tables, 1 to 17; 17 is the shortest text of the same double.",
      valueName: "k"))
  var digits = 17

  @Flag(help: "Print no summary and no warnings.")
  var quiet = false

  func validate() throws {
    guard (1...17).contains(digits) else {
      throw ValidationError("--digits \(digits): expected 1 to 17")
    }
    guard level > 0, level < 1 else {
      throw ValidationError("--level \(level): expected a number between 0 and 1, such as 0.95")
    }
    if let maxGap, !(maxGap > 0 && maxGap.isFinite) {
      throw ValidationError("--max-gap \(maxGap): expected a time above 0")
    }
    if coefficients == "-" {
      throw ValidationError("'-': standard output is for --json alone; name a file")
    }
    let outputs = [json == "-" ? nil : json, coefficients].compactMap(\.self)
    if let path = OutputFiles.clash(outputs, inputs: input.paths) {
      throw ValidationError("'\(path)' stands for two files; give every output a path of its own")
    }
  }

  func run() throws {
    platform_keep_freed_memory()
    try reportingErrors {
      let fit = try LagFit(try input.rows(), maximumGap: maxGap, level: level)
      let document = LagDocument(fit)
      var outputs = OutputFiles()
      if let coefficients { outputs.add(document.coefficients(digits: digits), to: coefficients) }
      if let json, json != "-" {
        var text = TextBuffer()
        try document.text().withUnsafeBytes { text.append(bytes: $0) }
        outputs.add(text, to: json)
      }
      if !quiet { for warning in LagStatement(fit).warnings { printNote("warning: \(warning)") } }
      try outputs.write()
      if json == "-" {
        try StandardOutput.write(String(decoding: try document.text(), as: UTF8.self))
      } else if !quiet {
        try StandardOutput.write(LagSummary(fit).text)
      }
    }
  }
}
