import ArgumentParser
import Association
import Cohort
import Genotypes
import LinearAlgebra
import MixedModels

/// How far a scan's numbers are from the exact fit, on pairs drawn at random.
struct Accuracy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accuracy",
    abstract: "Compare the fits of a scan with the scalar exact kernel on random pairs.",
    discussion: """
      Prints a row of a Markdown table: pairs with p ≥ 1e-3 that the scan fits in charts, then those \
      that it fits exactly.

      Example:
        Benchmarks accuracy --vcf A.vcf.gz --bed A.bed.gz --samples A.samples.tsv \\
          --cov A.covariates.txt --trans --pairs 2000 --name A
      """)

  @Option(help: "VCF or BCF of the donors.")
  var vcf: String

  @Option(help: "Expression, as for a scan.")
  var bed: String

  @Option(help: "Sample sheet, as for a scan.")
  var samples: String

  @Option(help: "Covariates, as for a scan.")
  var cov: String?

  @Option(help: "Formula, as for a scan.")
  var formula: String?

  @Option(help: "Minimum minor-allele frequency.")
  var maf = 0.05

  @Option(help: "Covariates multiplied with time: donor, all or none.")
  var covariateByTime = "donor"

  @Flag(help: "All pairs instead of cis windows.")
  var trans = false

  @Flag(help: "Maximum likelihood instead of REML.")
  var ml = false

  @Option(help: "Degrees of freedom: satterthwaite or kenward-roger.")
  var df = "satterthwaite"

  @Option(help: "Pairs to draw.")
  var pairs = 2000

  @Option(help: "Seed of the draw.")
  var seed: UInt64 = 1

  @Option(help: "First column of the row.")
  var name = ""

  private struct Silent: ScanObserver {
    func note(_ text: String) {}
    func warn(_ text: String) {}
    func progress(share: Double, pairs: Int) {}
  }

  func run() throws {
    useSingleThreadedBLAS()
    var options = ScanOptions(
      genotypes: .vcf([vcf]),
      cohort: CohortInputs(bedPath: bed, samplesPath: samples, covariatesPath: cov),
      outputPrefix: "")
    options.formula = formula
    options.isTrans = trans
    options.filter.minimumFrequency = maf
    options.criterion = ml ? .ml : .reml
    guard let crossed = ScanOptions.CovariateByTime(rawValue: covariateByTime) else {
      throw ValidationError("--covariate-by-time \(covariateByTime): expected donor, all or none")
    }
    options.covariateByTime = crossed
    guard let method = DegreesOfFreedomMethod(rawValue: df),
      method.isDefined(for: options.criterion)
    else { throw ValidationError("--df \(df): expected satterthwaite, or kenward-roger with REML") }
    options.degreesOfFreedom = method
    var comparison = KernelComparison(
      inputs: try ScanInputs(
        options: options, keeping: .values(folder: "."), observer: Silent()),
      seed: seed)
    print(row(try comparison.pairs(pairs)))
  }

  private func row(_ pairs: [KernelComparison.Pair]) -> String {
    guard !pairs.isEmpty else {
      return "| \(name) | none: no pair can be fitted |"
    }
    let fast = pairs.filter { !$0.isExact }
    let exact = pairs.filter(\.isExact)
    let statistic = fast.map { abs($0.statistic - $0.exactStatistic) }.sorted()
    let decimal = fast.map { abs($0.logPValue - $0.exactLogPValue) / Double.log(10) }
    let deviance = fast.map { abs($0.deviance - $0.exactDeviance) }
    let boundary = pairs.filter { $0.exactStatus == .boundary }.count
    let differing = pairs.filter { $0.status != $0.exactStatus }.count
    let strong = pairs.filter { $0.exactLogPValue < Double.log(1e-3) }.count
    func largest(_ values: [Double]) -> String { text(values.max() ?? 0) }
    return [
      "", name, "\(pairs.count)", "\(boundary)", "\(differing)", "\(fast.count)",
      text(statistic.isEmpty ? 0 : statistic[statistic.count / 2]), largest(statistic),
      largest(decimal), largest(deviance), "\(exact.count) (\(strong))",
      largest(exact.map { abs($0.statistic - $0.exactStatistic) }),
      largest(exact.map { abs($0.deviance - $0.exactDeviance) }), "",
    ].joined(separator: " | ").trimmingSpaces
  }

  /// Two significant digits.
  private func text(_ value: Double) -> String {
    guard value > 0 else { return "0" }
    var exponent = 0
    var mantissa = value
    while mantissa < 1 {
      mantissa *= 10
      exponent -= 1
    }
    while mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    return "\((mantissa * 10).rounded() / 10)e\(exponent)"
  }
}

extension String {
  /// Without the space at either end.
  fileprivate var trimmingSpaces: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
