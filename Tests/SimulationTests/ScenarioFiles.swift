import Simulation
import Testing

/// The files of a scenario, read again.
struct ScenarioFiles {
  let rows: [[String: String]]
  /// Parameters that are numbers.
  let truth: [String: Double]
  /// Random effects by group, level and term.
  let effects: [String: [String: [String: Double]]]
  let workspace: Workspace

  init(
    _ scenario: Scenario, subjects: Int? = nil, seed: UInt64 = 3,
    change: (inout ScenarioOptions) -> Void = { _ in }
  ) throws {
    workspace = try Workspace()
    var options = ScenarioOptions(scenario)
    options.subjects = subjects ?? options.subjects
    options.seed = seed
    change(&options)
    let made = try ScenarioSimulation(options: options).write(prefix: "\(workspace.path)/a")
    rows = try Self.rows(workspace.table("a.tsv"))
    #expect(made.rows == rows.count)
    truth = Dictionary(
      uniqueKeysWithValues: try Self.rows(workspace.table("a.truth.tsv")).compactMap { row in
        Double(row["value", default: ""]).map { (row["parameter", default: ""], $0) }
      })
    var effects: [String: [String: [String: Double]]] = [:]
    for row in try Self.rows(workspace.table("a.subjects.tsv")) {
      let group = row["group", default: ""]
      let level = row["level", default: ""]
      effects[group, default: [:]][level, default: [:]][row["term", default: ""]] =
        Self.number(row, "effect")
    }
    self.effects = effects
  }

  static func rows(_ table: [[String]]) -> [[String: String]] {
    table.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(table[0], $0)) }
  }

  /// A cell as a number, NaN for anything else.
  static func number(_ row: [String: String], _ column: String) -> Double {
    Double(row[column, default: ""]) ?? .nan
  }

  /// A parameter, NaN where there is none.
  func parameter(_ name: String) -> Double { truth[name] ?? .nan }

  /// The true random part of a row: intercept and, where the group has one, slope times `x`.
  func random(_ group: String, _ level: String, _ term: String? = nil, _ x: Double = 0) -> Double {
    let own = effects[group]?[level] ?? [:]
    return (own["(Intercept)"] ?? .nan) + (term.map { (own[$0] ?? .nan) * x } ?? 0)
  }

  /// Expects the random effects of a group, or of some of its levels, to have mean 0 and the
  /// deviations and correlation of the truth, within four standard errors.
  func expectEffects(
    _ group: String, _ terms: [String], stratum: String = "", levels: Set<String>? = nil
  ) {
    let all = effects[group, default: [:]].sorted { $0.key < $1.key }
      .filter { levels?.contains($0.key) ?? true }
    let columns = terms.map { term in Moments(all.map { $0.value[term] ?? .nan }) }
    for (term, column) in zip(terms, columns) {
      let sd = parameter("sd(\(term)|\(group))\(stratum)")
      column.expect(mean: 0, sd: sd, "\(group) \(term)\(stratum)")
    }
    guard terms.count == 2 else { return }
    let correlation = parameter("cor(\(terms[0]),\(terms[1])|\(group))\(stratum)")
    // Fisher's variance of a correlation, (1 − ρ²)²/n.
    let error = (1 - correlation * correlation) / Double(all.count).squareRoot()
    #expect(abs(columns[0].correlation(columns[1]) - correlation) < 4 * error, "\(group)\(stratum)")
  }

  /// Expects what a model's true mean leaves of the response to have mean 0, the standard deviation
  /// given, and no trend in `x`, within four standard errors.
  func expectResiduals(
    of response: String, sd: Double, trend x: String, mean: ([String: String]) -> Double
  ) {
    let residuals = rows.map { Self.number($0, response) - mean($0) }
    let moments = Moments(residuals)
    moments.expect(mean: 0, sd: sd, response)
    let trend = moments.correlation(Moments(rows.map { Self.number($0, x) }))
    #expect(abs(trend) < 4 / Double(rows.count).squareRoot(), "\(response) has a trend in \(x)")
  }
}
