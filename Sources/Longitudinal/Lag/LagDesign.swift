import BlockGzip
import MixedModels
import OrderedCollections

/// The bivariate cross-lagged model of pairs of visits as one linear mixed model of stacked responses.
///
/// Both processes are centred and divided by their SDs within subjects. For a pair of run i,
///
///     x_t = z_t'b_x + u_xi + e_xt        y_t = z_t'b_y + u_yi + e_yt
///
/// where z_t has 1, the time, x and y at the visit before, x and y at the run's first visit, and the
/// covariates; u_i and e_t are bivariate normal. Given u and the past, a run's density is the product
/// of its visits', so that with u ~ N given the first visit, linear in it, the marginal density of
/// stacked responses with fixed columns z is the run's likelihood given its first visit (Wooldridge 2005,
/// doi:10.1002/jae.770): not biased by u, which earlier responses depend on (Nickell 1981,
/// doi:10.2307/1911408).
///
/// Correlated e would need residuals that are correlated between rows. Instead y is fitted given x at
/// the same visit, e_y = γ e_x + e' with independent e' (the LDL' factors of the residuals' covariance; the
/// Jacobian is 1), and `LagFit` turns coefficients back.
struct LagDesign {
  static let contemporary = "now_x"
  static let processes = ["in_x", "in_y"]

  let rows: LagRows
  let pairs: LaggedPairs
  let spread: WithinSpread
  /// Subtracted from x and y, and from the time.
  let means: (x: Double, y: Double, time: Double)
  /// The time is divided by it.
  let timeScale: Double
  let formula: String
  let frame: ModelFrame
  /// Internal names of covariates, which user's names may not be.
  let covariates: OrderedDictionary<String, String>

  init(_ rows: LagRows, _ pairs: LaggedPairs) throws(InputError) {
    self.rows = rows
    self.pairs = pairs
    spread = WithinSpread(rows, visits: pairs.visits)
    func mean(_ values: [Double]) -> Double {
      let seen = pairs.visits.joined().map { values[$0] }
      return seen.reduce(0, +) / Double(seen.count)
    }
    means = (mean(rows.x), mean(rows.y), mean(rows.times))
    let centre = means.time
    let reach = pairs.pairs.map { abs(rows.times[$0.row] - centre) }.max() ?? 0
    timeScale = reach > 0 ? reach : 1
    covariates = OrderedDictionary(
      uniqueKeysWithValues: rows.names.covariates.enumerated().map { index, name in
        ("covariate\(index + 1)_", name)
      })
    let hasTime = Set(pairs.pairs.map { rows.times[$0.row] }).count > 1
    let predictors =
      (hasTime ? ["time"] : []) + ["lag_x", "lag_y", "first_x", "first_y"] + covariates.keys
    let terms = Self.processes.flatMap { process in
      [process] + predictors.map { "\(process):\($0)" }
    }
    formula =
      "value ~ 0 + " + (terms + [Self.contemporary]).joined(separator: " + ")
      + " + (0 + in_x + in_y | run)"
    frame = Self.frame(
      rows, pairs, spread: spread, means: means, timeScale: timeScale,
      covariates: Array(covariates.keys))
    try checkProcesses()
    try checkSize()
    try checkCovariates()
  }

  /// Stacked: all pairs' x, then all pairs' y.
  private static func frame(
    _ rows: LagRows, _ pairs: LaggedPairs, spread: WithinSpread,
    means: (x: Double, y: Double, time: Double), timeScale: Double, covariates: [String]
  ) -> ModelFrame {
    let x = rows.x.map { ($0 - means.x) / spread.x }
    let y = rows.y.map { ($0 - means.y) / spread.y }
    let list = pairs.pairs
    let none = [Double](repeating: 0, count: list.count)
    let one = [Double](repeating: 1, count: list.count)
    func twice(_ value: (LaggedPairs.Pair) -> Double) -> ModelFrame.Column {
      let values = list.map(value)
      return .numeric(values + values)
    }
    var columns: [String: ModelFrame.Column] = [
      "value": .numeric(list.map { x[$0.row] } + list.map { y[$0.row] }),
      "process": .text(list.map { _ in "x" } + list.map { _ in "y" }),
      "in_x": .numeric(one + none), "in_y": .numeric(none + one),
      contemporary: .numeric(none + list.map { x[$0.row] }),
      "time": twice { (rows.times[$0.row] - means.time) / timeScale },
      "lag_x": twice { x[$0.previous] }, "lag_y": twice { y[$0.previous] },
      "first_x": twice { x[pairs.runs[$0.run].first] },
      "first_y": twice { y[pairs.runs[$0.run].first] },
      "run": twice { Double($0.run) },
    ]
    for (name, column) in zip(covariates, rows.covariates) {
      columns[name] = FitData.selecting(column, list.map(\.row) + list.map(\.row))
    }
    return ModelFrame(rowCount: 2 * list.count, columns: columns)
  }

  private func checkProcesses() throws(InputError) {
    for (name, sd) in [(rows.names.x, spread.x), (rows.names.y, spread.y)] where !(sd > 0) {
      throw InputError(
        "the process does not vary within subjects", path: rows.path, column: name,
        found: "a constant, or a line in time, in every subject", expected: "values that vary",
        advice: "check the column")
    }
    guard 1 - abs(spread.correlation) > 1e-8 else {
      throw InputError(
        "the two processes are one: each determines the other at the same visit", path: rows.path,
        column: "\(rows.names.x),\(rows.names.y)",
        found: "a correlation of \(CompactNumber.text(spread.correlation)) within subjects",
        expected: "two processes that are measured apart", advice: "check --x and --y")
    }
  }

  private func checkSize() throws(InputError) {
    let subjects = Set(pairs.runs.map(\.subject)).count
    guard subjects > 1 else {
      throw InputError(
        "one subject alone has visits in a row, so that subjects cannot be told from noise",
        path: rows.path, column: rows.names.subject, found: "\(subjects) subject",
        expected: "several subjects with three or more visits in a row")
    }
    // Coefficients of an equation, and what the random intercepts take.
    let least = (frame.columns.count - 3) + 2
    let long = pairs.runs.count { $0.pairCount > 1 }
    guard long > least || (long > 1 && pairs.pairs.count - pairs.runs.count > 2 * least) else {
      throw InputError(
        "too few visits in a row: paths within subjects need three or more of most subjects",
        path: rows.path, column: rows.names.time,
        found: "\(long) of \(subjects) subjects' runs with three visits or more",
        expected: "more than \(least), or longer ones",
        advice: pairs.droppedGaps > 0
          ? "a larger --max-gap would use \(pairs.droppedGaps) gaps that were left out" : nil)
    }
  }

  private func checkCovariates() throws(InputError) {
    for (key, name) in covariates {
      let isConstant: Bool
      switch frame.columns[key] {
      case .numeric(let values)?: isConstant = Set(values).count < 2
      case .text(let values)?: isConstant = Set(values).count < 2
      case nil: isConstant = true
      }
      guard !isConstant else {
        throw InputError(
          "the covariate is constant among the visits that are used", path: rows.path,
          column: name, found: "one value", expected: "two or more",
          advice: "leave it out of --covariates")
      }
    }
  }

  /// The fitted model.
  ///
  /// - Throws: `InputError` where the data do not identify it.
  func fit(level: Double) throws(InputError) -> LinearMixedFit {
    var options = LinearModelOptions()
    // Columns are responses: a restricted likelihood given them would not be one.
    options.criterion = .ml
    options.degreesOfFreedom = .infinite
    options.residual = [.by("process")]
    options.level = level
    let fit: LinearMixedFit
    do throws(ModelError) {
      fit = try LinearMixedModel(try Formula(formula), frame: frame, options: options).fit()
    } catch {
      throw mended(error)
    }
    if case .failed(let reason) = fit.status {
      throw InputError(
        "the cross-lagged model could not be fitted", path: rows.path, found: reason.rawValue,
        expected: "processes that their past does not determine",
        advice: Self.copyAdvice)
    }
    // Beside what varies within subjects, of x and of y given x.
    let residual = fit.residualDeviation
    let ratio = fit.residualParameters.first?.estimate ?? .nan
    guard min(residual, residual * ratio) > 1e-6 else {
      throw InputError(
        "the past determines a process entirely, so that no residual is left", path: rows.path,
        column: "\(rows.names.x),\(rows.names.y)", found: "residuals of 0",
        expected: "processes that vary about what their past predicts", advice: Self.copyAdvice)
    }
    return fit
  }

  private static let copyAdvice =
    "check whether a column is a copy of another one, perhaps at another time"

  /// An error of the model, in the user's names.
  private func mended(_ error: ModelError) -> InputError {
    func text(_ text: String) -> String {
      var text = text
      for (key, name) in covariates { text = text.replacing(key, with: name) }
      for (key, name) in [("_x", rows.names.x), ("_y", rows.names.y)] {
        text = text.replacing("in\(key):", with: "\(name) ~ ")
          .replacing("in\(key)", with: "\(name) ~ 1")
          .replacing("lag\(key)", with: "lag(\(name))")
          .replacing("first\(key)", with: "first(\(name))")
          .replacing("now\(key)", with: name)
      }
      return text
    }
    return InputError(
      text(error.what), path: rows.path, found: error.found.map(text),
      expected: error.expected.map(text), advice: Self.copyAdvice)
  }
}
