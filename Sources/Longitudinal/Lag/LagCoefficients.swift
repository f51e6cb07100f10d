import MixedModels

/// Coefficients of both equations from those of the stacked model, with their covariance.
///
/// y's equation given x of the same visit has b' = b_y − γ b_x: b_y = b' + γ b_x, whose covariance is
/// that of its first derivatives.
struct LagCoefficients {
  private let design: LagDesign
  /// Of one equation, `""` the intercept.
  private let predictors: [String]
  /// x's equation, then y's; of the scaled processes.
  private let values: [Double]
  private let covariance: [[Double]]
  /// γ.
  let contemporary: Double

  init(_ fit: LinearMixedFit, design: LagDesign) {
    self.design = design
    let names = fit.model.fixedNames
    let found = fit.fixedEffects.map(\.estimate)
    let joint = fit.fullInformationCovariance
    func equation(_ process: String) -> [(predictor: String, column: Int)] {
      names.enumerated().compactMap { column, name in
        if name == process { return ("", column) }
        return name.hasPrefix(process + ":")
          ? (String(name.dropFirst(process.count + 1)), column) : nil
      }
    }
    let x = equation(LagDesign.processes[0])
    let columnOfY = Dictionary(uniqueKeysWithValues: equation(LagDesign.processes[1]))
    let y = x.map { item in
      guard let column = columnOfY[item.predictor] else {
        preconditionFailure("no '\(item.predictor)' of y in \(names)")
      }
      return column
    }
    guard let now = names.firstIndex(of: LagDesign.contemporary) else {
      preconditionFailure("no \(LagDesign.contemporary) in \(names)")
    }
    predictors = x.map(\.predictor)
    let gamma = found[now]
    contemporary = gamma
    values =
      x.map { found[$0.column] } + zip(x, y).map { found[$1] + gamma * found[$0.column] }
    // Rows: derivatives of a coefficient by those of the stacked model.
    var derivatives: [[Weight]] = x.map { [($0.column, 1)] }
    for (item, column) in zip(x, y) {
      derivatives.append([(column, 1), (item.column, gamma), (now, found[item.column])])
    }
    covariance = Self.covariance(of: derivatives, joint)
  }

  /// A share of a combination of coefficients.
  private typealias Weight = (place: Int, value: Double)

  /// The covariance of combinations.
  private static func covariance(
    of combinations: [[Weight]], _ joint: [[Double]]
  ) -> [[Double]] {
    combinations.map { one in
      combinations.map { other in
        one.reduce(0) { sum, a in
          other.reduce(sum) { $0 + a.value * $1.value * joint[a.place][$1.place] }
        }
      }
    }
  }

  private func place(_ predictor: String, inY: Bool) -> Int {
    guard let place = predictors.firstIndex(of: predictor) else {
      preconditionFailure("no '\(predictor)' in \(predictors)")
    }
    return place + (inY ? predictors.count : 0)
  }

  /// Places of x → x, y → x, x → y, y → y.
  private var pathPlaces: [Int] {
    [false, true].flatMap { inY in ["lag_x", "lag_y"].map { place($0, inY: inY) } }
  }

  private var pathNames: [String] {
    let (x, y) = (design.rows.names.x, design.rows.names.y)
    return ["\(x) -> \(x)", "\(y) -> \(x)", "\(x) -> \(y)", "\(y) -> \(y)"]
  }

  private func paths(
    level: Double, _ scale: (Int) -> Double, added: (Int) -> Double
  ) -> LagFit.Paths {
    let list = pathPlaces.enumerated().map { index, place in
      let factor = scale(index)
      return LagEstimate(
        pathNames[index], factor * values[place],
        variance: factor * factor * covariance[place][place] + added(index), level: level)
    }
    return LagFit.Paths(xx: list[0], yx: list[1], xy: list[2], yy: list[3])
  }

  /// In units of the outcome per unit of the predictor.
  func paths(level: Double) -> LagFit.Paths {
    let ratio = design.spread.y / design.spread.x
    return paths(level: level, { [1, 1 / ratio, ratio, 1][$0] }, added: { _ in 0 })
  }

  /// In SDs within subjects; the variance of log(SD x / SD y) enters by first derivatives.
  func standardizedPaths(level: Double) -> LagFit.Paths {
    paths(level: level, { _ in 1 }) { index in
      let value = [0, values[pathPlaces[1]], values[pathPlaces[2]], 0][index]
      return value * value * design.spread.logRatioVariance
    }
  }

  /// |x → y| − |y → x|, standardised.
  func comparison(level: Double) -> LagEstimate {
    let (xy, yx) = (pathPlaces[2], pathPlaces[1])
    let (a, b) = (abs(values[xy]), abs(values[yx]))
    let sign = (values[xy] < 0) == (values[yx] < 0) ? 1.0 : -1.0
    let variance =
      covariance[xy][xy] + covariance[yx][yx] - 2 * sign * covariance[xy][yx]
      + (a + b) * (a + b) * design.spread.logRatioVariance
    return LagEstimate(
      "|\(pathNames[2])| - |\(pathNames[1])|", a - b, variance: variance, level: level)
  }

  /// All coefficients, and their covariance, of the processes and the time as they were given.
  func inUnits(level: Double) -> ([LagEstimate], [[Double]]) {
    let (x, y) = (design.rows.names.x, design.rows.names.y)
    let spread = design.spread
    /// What a predictor is divided by, what is subtracted from it before, and its name.
    func unit(_ predictor: String) -> (scale: Double, shift: Double, name: String) {
      switch predictor {
      case "": return (1, 0, "(Intercept)")
      case "time": return (design.timeScale, design.means.time, design.rows.names.time)
      case "lag_x": return (spread.x, design.means.x, "lag(\(x))")
      case "lag_y": return (spread.y, design.means.y, "lag(\(y))")
      case "first_x": return (spread.x, design.means.x, "first(\(x))")
      case "first_y": return (spread.y, design.means.y, "first(\(y))")
      default:
        let key = design.covariates.keys.first(where: predictor.hasPrefix) ?? ""
        return (1, 0, (design.covariates[key] ?? "") + predictor.dropFirst(key.count))
      }
    }
    let units = predictors.map(unit)
    var rows: [[Weight]] = []
    var names: [String] = []
    var shifts: [Double] = []
    for inY in [false, true] {
      let scale = inY ? spread.y : spread.x
      for (predictor, unit) in zip(predictors, units) {
        var row = [(place(predictor, inY: inY), scale / unit.scale)]
        if predictor.isEmpty {
          for (other, unit) in zip(predictors, units) where unit.shift != 0 {
            row.append((place(other, inY: inY), -scale * unit.shift / unit.scale))
          }
        }
        rows.append(row)
        names.append("\(inY ? y : x) ~ \(unit.name)")
        shifts.append(predictor.isEmpty ? (inY ? design.means.y : design.means.x) : 0)
      }
    }
    let variances = Self.covariance(of: rows, covariance)
    let estimates = rows.indices.map { row in
      LagEstimate(
        names[row], rows[row].reduce(shifts[row]) { $0 + $1.value * values[$1.place] },
        variance: variances[row][row], level: level)
    }
    return (estimates, variances)
  }
}
