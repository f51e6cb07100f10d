import Foundation
import Testing

/// `slopeqtl fit` on simulated data whose parameters are known.
@Suite struct FitScenarioTests {
  private static let scenarios = [
    "trial", "trial-variances", "centres", "variance-time", "serial", "progression", "coupling",
    "centring", "reaction-times", "risk",
  ]

  /// With 300 subjects every parameter lies where its estimate says: coefficients within four standard
  /// errors, SDs, correlations and residual parameters within twice their 95 % intervals (four standard
  /// errors on the scale of the interval). The seed is fixed, so the draw is; by chance one of the 60
  /// would be out in 300 draws.
  @Test(arguments: scenarios)
  func `estimates lie near the parameters the data were drawn from`(_ scenario: String) throws {
    let folder = try ScratchFolder()
    let made = try Command.slopeqtl(
      ["simulate", "--scenario", scenario, "--out", "data", "--donors", "300", "--seed", "12"],
      in: folder)
    #expect(made.exitCode == 0, "\(made.errors)")
    let truth = try Self.truth(folder)
    var flags = ["fit", "data.tsv", "--formula", try #require(truth["formula"]), "--json", "-"]
    if let group = truth["group_covariance"] { flags += ["--group-covariance", group] }
    if let residual = truth["residual_variance"] { flags += ["--residual-variance", residual] }
    let result = try Command.slopeqtl(flags, in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    let report = try FitReport.decoder.decode(OracleReport.self, from: Data(result.output.utf8))
    #expect(report.status == "ok")
    var compared = 0
    for effect in report.fixedEffects {
      let wanted = try #require(truth[effect.term].flatMap(Double.init))
      #expect(abs(effect.estimate - wanted) < 4 * effect.se, "\(effect)")
      compared += 1
    }
    for component in report.varianceComponents {
      let stratum = component.stratum.map { "[\($0)]" } ?? ""
      let key =
        component.term2.map { "cor(\(component.term1),\($0)|\(component.group))" }
        ?? "sd(\(component.term1)|\(component.group))"
      let wanted = try #require(truth[key + stratum].flatMap(Double.init), "\(key + stratum)")
      try expect(
        wanted, component.sdOrCorrelation, component.lower, component.upper, key,
        scale: component.term2 == nil ? log : atanh)
      compared += 1
    }
    for (name, value) in report.residualVariance {
      let interval = try #require(report.residualVarianceIntervals[name])
      // Two arms' residual SDs are given; their ratio is estimated.
      let wanted =
        truth[name].flatMap(Double.init)
        ?? Self.ratio(truth, level: name.replacingOccurrences(of: "ratio:", with: ""))
      try expect(
        try #require(wanted, "\(name)"), value, interval[0], interval[1], name,
        scale: name.hasPrefix("ratio") ? log : { $0 })
      compared += 1
    }
    let wanted = try #require(
      (truth["sd_residual"] ?? truth["sd_residual[control]"]).flatMap(Double.init))
    try expect(
      wanted, report.residualSd, report.residualSdLower, report.residualSdUpper, "residual",
      scale: log)
    #expect(compared >= 4)
  }

  /// Within twice the interval, on the scale that made it.
  private func expect(
    _ wanted: Double, _ value: Double, _ lower: Double?, _ upper: Double?, _ what: String,
    scale: (Double) -> Double
  ) throws {
    let (lower, upper) = (try #require(lower, "\(what)"), try #require(upper, "\(what)"))
    #expect(lower < value && value < upper, "\(what): \(lower) \(value) \(upper)")
    let half = (scale(upper) - scale(lower)) / 2
    #expect(
      abs(scale(value) - scale(wanted)) < 2 * half, "\(what): \(value), drawn from \(wanted)")
  }

  private static func ratio(_ truth: [String: String], level: String) -> Double? {
    guard let own = truth["sd_residual[\(level)]"].flatMap(Double.init),
      let first = truth["sd_residual[control]"].flatMap(Double.init)
    else { return nil }
    return own / first
  }

  private static func truth(_ folder: ScratchFolder) throws -> [String: String] {
    let text = String(decoding: try folder.bytes("data.truth.tsv"), as: UTF8.self)
    let pairs = text.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    return Dictionary(uniqueKeysWithValues: pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) })
  }

  /// 95 % of new measurements lie in their intervals and as many thresholds are exceeded as was said:
  /// 720 rows of 180 subjects, each by itself well within four standard errors of a share.
  @Test func `measurements that were held back are where they are predicted`() throws {
    let folder = try ScratchFolder()
    let result = try Command.shell(
      """
      slopeqtl simulate --scenario progression --out p --seed 5 --quiet
      slopeqtl fit p.tsv --formula 'marker ~ time + (1 + time | subject)' --predict p.new.tsv \
        --predictions predictions.tsv --exceed 8 --quiet
      """, in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    let predictions = try Self.rows(folder, "predictions.tsv")
    let future = try Self.rows(folder, "p.future.tsv")
    func key(_ row: [String: String]) -> String { "\(row["subject"] ?? "") \(row["time"] ?? "")" }
    let byRow = Dictionary(uniqueKeysWithValues: predictions.map { (key($0), $0) })
    func number(_ row: [String: String], _ name: String) throws -> Double {
      try #require(row[name].flatMap(Double.init), "\(name) of \(row)")
    }
    var (inside, exceeded, said) = (0, 0, 0.0)
    for row in future {
      let prediction = try #require(byRow[key(row)])
      let value = try number(row, "marker")
      let interval =
        try number(prediction, "lower_new")...number(prediction, "upper_new")
      if interval.contains(value) { inside += 1 }
      if value > 8 { exceeded += 1 }
      said += try number(prediction, "p_exceed")
    }
    let count = Double(future.count)
    #expect(count > 500)
    // Rows of one subject are correlated: the standard errors are those of 180 shares.
    #expect(abs(Double(inside) / count - 0.95) < 4 * (0.95 * 0.05 / 180).squareRoot())
    #expect(abs(Double(exceeded) - said) / count < 4 * (0.25 / 180).squareRoot())
  }

  private static func rows(_ folder: ScratchFolder, _ name: String) throws -> [[String: String]] {
    let text = String(decoding: try folder.bytes(name), as: UTF8.self)
    let lines = text.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }
}
