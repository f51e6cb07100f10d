import BlockGzip
import CPlatform
import Glibc
import MixedModels

/// The fitted cross-lagged model of two processes, in the user's units.
package struct LagFit {
  package let rows: LagRows
  package let pairs: LaggedPairs
  package let level: Double
  /// Coefficients of both equations, x's first: `y ~ lag(x)` and so on.
  package let effects: [LagEstimate]
  package let effectCovariance: [[Double]]
  /// Of lagged values, in the order x → x, y → x, x → y, y → y: in units of the outcome per unit of
  /// the predictor.
  package let paths: Paths
  /// Paths in SDs within subjects.
  package let standardizedPaths: Paths
  /// |x → y| − |y → x| of the standardised paths.
  package let comparison: LagEstimate
  /// SDs within subjects, by which paths are standardised.
  package let withinDeviations: (x: Double, y: Double)
  /// Random intercepts given the first visit, and residuals.
  package let intercepts: Pair
  package let residuals: Pair
  package let deviance: Double
  package let parameterCount: Int
  package let status: FitStatus
  package let largestGradient: Double
  package let cpuSeconds: Double

  package struct Paths: Sendable, Equatable {
    package var xx: LagEstimate
    package var yx: LagEstimate
    package var xy: LagEstimate
    package var yy: LagEstimate

    package var all: [LagEstimate] { [xx, yx, xy, yy] }

    /// The largest modulus of an eigenvalue: from 1 on the processes do not return to a mean.
    package var spectralRadius: Double {
      let trace = xx.estimate + yy.estimate
      let determinant = xx.estimate * yy.estimate - yx.estimate * xy.estimate
      let discriminant = trace * trace / 4 - determinant
      return discriminant < 0
        ? determinant.squareRoot() : abs(trace) / 2 + discriminant.squareRoot()
    }
  }

  /// SDs of two variables and their correlation.
  package struct Pair: Sendable, Equatable {
    package var x: Double
    package var y: Double
    package var correlation: Double

    /// From a covariance matrix.
    init(xx: Double, xy: Double, yy: Double) {
      x = xx.squareRoot()
      y = yy.squareRoot()
      correlation = x > 0 && y > 0 ? max(-1, min(1, xy / (x * y))) : .nan
    }
  }

  /// - Parameter level: coverage of intervals.
  /// - Throws: `InputError` for rows that the model cannot be fitted to.
  package init(_ rows: LagRows, maximumGap: Double?, level: Double) throws(InputError) {
    let pairs = try LaggedPairs(rows, maximumGap: maximumGap)
    let design = try LagDesign(rows, pairs)
    let start = platform_cpu_seconds()
    let fit = try design.fit(level: level)
    let reduced = LagCoefficients(fit, design: design)
    cpuSeconds = platform_cpu_seconds() - start
    self.rows = rows
    self.pairs = pairs
    self.level = level
    status = fit.status
    largestGradient = fit.largestGradient
    parameterCount = fit.parameterCount
    let spread = design.spread
    withinDeviations = (spread.x, spread.y)
    // Densities of x and y from those of x / SD and y / SD.
    deviance = fit.deviance + 2 * Double(pairs.pairs.count) * (log(spread.x) + log(spread.y))
    (effects, effectCovariance) = reduced.inUnits(level: level)
    paths = reduced.paths(level: level)
    standardizedPaths = reduced.standardizedPaths(level: level)
    comparison = reduced.comparison(level: level)
    let components = fit.varianceComponents.map(\.covariance)
    let gamma = reduced.contemporary
    let ratio = fit.residualParameters.first?.estimate ?? .nan
    let variance = fit.residualDeviation * fit.residualDeviation
    func pair(_ xx: Double, _ xy: Double, _ yy: Double) -> Pair {
      Pair(
        xx: xx * spread.x * spread.x, xy: (xy + gamma * xx) * spread.x * spread.y,
        yy: (yy + gamma * (2 * xy + gamma * xx)) * spread.y * spread.y)
    }
    intercepts = pair(components[0], components[2], components[1])
    residuals = pair(variance, 0, variance * ratio * ratio)
  }

  package var logLikelihood: Double { -0.5 * deviance }
  package var akaike: Double { deviance + 2 * Double(parameterCount) }
  /// By the number of measurements.
  package var bayesian: Double {
    deviance + log(2 * Double(pairs.pairs.count)) * Double(parameterCount)
  }
}
