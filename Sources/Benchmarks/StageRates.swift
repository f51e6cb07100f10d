import ArgumentParser
import CPeak
import Glibc
import LinearAlgebra

/// Rates of the parts of a scan on one core, beside what that core can do at most.
struct StageRates: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rates",
    abstract: "Measure the stages of a scan on one core.",
    discussion: """
      Rates are medians over the repeats, per CPU second of the thread. 'scaled' is the rate on a \
      core whose 1024³ dgemm gives \(Int(StageResult.referenceGflops)) Gflop/s, by dgemms timed \
      beside every repeat; 'peak %' is the share of those dgemms' rate, of sgemms' beside them for \
      stages in single precision (chart/…/gemm).

      Example:
        swift run -c release Benchmarks --filter exact/ --repeats 9
      """)

  @Option(
    help: ArgumentHelp(
      "Only stages whose name contains this; may be given several times.", valueName: "name"))
  var filter: [String] = []

  @Option(help: ArgumentHelp("Repeats of which the median is taken.", valueName: "n"))
  var repeats = 5

  @Option(help: ArgumentHelp("Least CPU time of one repeat.", valueName: "seconds"))
  var seconds = 0.2

  @Flag(help: "Separate columns by tabs, for scripts.")
  var tsv = false

  @Flag(help: "List the stages and measure nothing.")
  var list = false

  /// All stages, group by group.
  static var stages: [Stage] {
    peakStages + exactStages + chartStages + blockStages + outputStages + vcfStages
  }

  func validate() throws {
    guard repeats >= 1, seconds >= 0 else {
      throw ValidationError("--repeats must be at least 1 and --seconds not negative")
    }
  }

  func run() throws {
    let chosen = Self.stages.filter { stage in
      filter.isEmpty || filter.contains { stage.name.contains($0) }
    }
    guard !chosen.isEmpty else {
      throw ValidationError("no stage is called \(filter.joined(separator: " or ")); see --list")
    }
    guard !list else {
      chosen.forEach { print($0.name) }
      return
    }
    useSingleThreadedBLAS()
    let timer = StageTimer(repeats: repeats, seconds: seconds)
    let table = ResultTable(layout: tsv ? .tabs : .aligned, stages: chosen)
    if !tsv { print("multiply-add loops use \(String(cString: peak_instruction_set()))") }
    print(table.headerLine)
    for stage in chosen {
      print(table.line(try timer.measure(stage)))
      // A pipe would hold the lines back until the end.
      fflush(nil)
    }
  }
}
