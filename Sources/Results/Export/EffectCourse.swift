import BlockGzip
import MixedModels

/// The effect of an allele at some times, put together from the coefficients of a row.
struct EffectCourse {
  let times: [Double]
  /// By time: the tested columns there.
  private let weights: [[Double]]
  private let genotype: Int
  private let genotypeError: Int
  private let tested: [Int]
  private let testedErrors: [Int]
  /// Of genotype with every tested column.
  private let crossCovariances: [Int]
  /// Of tested columns i < j, in the table's order.
  private let covariances: [(first: Int, second: Int, column: Int)]

  /// - Parameter times: nil for all of the cohort.
  /// - Throws: `InputError` where the effect is no function of time that the manifest has, or has no
  ///   value at a time.
  init(_ result: FinishedResult, times: [Double]?, table: ResultTable) throws(InputError) {
    let (known, rows) = try Self.basis(result, times: times)
    self.times = known
    weights = rows
    let columns = table.columns
    let count = rows.first?.count ?? 1
    let names = count == 1 ? ["gi"] : (1...count).map { "gi\($0)" }
    genotype = try columns.require("b_g")
    genotypeError = try columns.require("b_g_se")
    var places: (estimates: [Int], errors: [Int], cross: [Int]) = ([], [], [])
    var pairs: [(Int, Int, Int)] = []
    for (i, name) in names.enumerated() {
      places.estimates.append(try columns.require("b_\(name)"))
      places.errors.append(try columns.require("b_\(name)_se"))
      places.cross.append(try columns.require("cov_b_g_b_\(name)"))
      for (j, other) in names.enumerated() where j > i {
        pairs.append((i, j, try columns.require("cov_\(name)_\(other)")))
      }
    }
    (tested, testedErrors, crossCovariances) = places
    covariances = pairs
  }

  /// The times, and the tested columns at each.
  private static func basis(
    _ result: FinishedResult, times: [Double]?
  ) throws(InputError) -> ([Double], [[Double]]) {
    let manifest = result.manifest
    let path = result.prefix + ".manifest.json"
    if let basis = manifest.timeBasis {
      let known = Dictionary(basis.values.map { ($0[0], Array($0.dropFirst())) }) { first, _ in
        first
      }
      let wanted = times ?? basis.values.map { $0[0] }
      var rows: [[Double]] = []
      for time in wanted {
        guard let row = known[time] else {
          throw InputError(
            "the manifest has the time basis at the cohort's times only", path: path,
            found: "--times \(time)",
            expected: "some of \(basis.values.map { "\($0[0])" }.joined(separator: ", "))")
        }
        rows.append(row)
      }
      return (wanted, rows)
    }
    guard (try? Formula(manifest.formula))?.hasLinearInteraction ?? false else {
      throw InputError(
        "effects at a time need an interaction that is linear in time, or a time basis", path: path,
        found: manifest.formula, expected: "time:genotype, or poly(time, k) or ns(time, df = k)",
        advice: "scan with --time-basis, or take b_g and b_gi from the table of pairs")
    }
    let wanted = times ?? manifest.design.times
    return (wanted, wanted.map { [$0 - manifest.timeCenter] })
  }

  /// The effect at every time in the current row, its variance that of the sum.
  ///
  /// - Returns: estimate and standard error at every time.
  /// - Throws: `InputError` where the model has no main effect.
  func effects(_ table: ResultTable) throws(InputError) -> [(estimate: Double, error: Double)] {
    let main = try table.number(genotype)
    let mainError = try table.number(genotypeError)
    guard main.isFinite, mainError.isFinite else {
      throw InputError(
        "effects at a time need the main effect of genotype", path: table.path,
        column: table.columns.names[genotype], found: table.text(genotype), expected: "a number",
        advice: "scan with a formula that has time * genotype")
    }
    var estimates: [Double] = []
    var errors: [Double] = []
    var crosses: [Double] = []
    for place in tested.indices {
      estimates.append(try table.number(tested[place]))
      errors.append(try table.number(testedErrors[place]))
      crosses.append(try table.number(crossCovariances[place]))
    }
    var pairs: [Double] = []
    for pair in covariances { pairs.append(try table.number(pair.column)) }
    return weights.map { w in
      var estimate = main
      var variance = mainError * mainError
      for i in w.indices {
        estimate += w[i] * estimates[i]
        variance += w[i] * (w[i] * errors[i] * errors[i] + 2 * crosses[i])
      }
      for (pair, covariance) in zip(covariances, pairs) {
        variance += 2 * w[pair.first] * w[pair.second] * covariance
      }
      return (estimate, max(0, variance).squareRoot())
    }
  }

  /// Coefficients that the effects are made of: more times have dependent errors.
  var rank: Int { 1 + tested.count }
}
