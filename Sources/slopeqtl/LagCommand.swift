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

  @OptionGroup(title: "Report") var report: ReportFlags

  func validate() throws {
    guard level > 0, level < 1 else {
      throw ValidationError("--level \(level): expected a number between 0 and 1, such as 0.95")
    }
    if let maxGap, !(maxGap > 0 && maxGap.isFinite) {
      throw ValidationError("--max-gap \(maxGap): expected a time above 0")
    }
    try report.check(outputs: [], inputs: input.paths)
  }

  func run() throws {
    platform_keep_freed_memory()
    try reportingErrors {
      let fit = try LagFit(try input.rows(), maximumGap: maxGap, level: level)
      let document = LagDocument(fit)
      var outputs = OutputFiles()
      if let coefficients = report.coefficients {
        outputs.add(document.coefficients(digits: report.digits), to: coefficients)
      }
      try report.write(
        &outputs, document: try document.text(), warnings: LagStatement(fit).warnings
      ) { LagSummary(fit).text }
    }
  }
}
