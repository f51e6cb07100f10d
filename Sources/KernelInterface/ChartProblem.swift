/// One gene's chart: its part of the criterion as polynomials around its null fit.
///
/// The chart's coordinates x = (x₁, x₂, x₃) are the relative change of I − M: with I − M₀ = VV',
/// I − M = V(I + Δ)V' and Δ = [[x₁, x₂], [x₂, x₃]]. Polynomials are given by their derivatives at
/// x = 0, ordered 1; 1, 2, 3; 11, 12, 13, 22, 23, 33; 111, 112, … , 333; 1111, … , 3333.
///
/// X'P_C X, X'P_C y and RSS₀ are those of the model times h = 1 + a'x; F is what is left of the log
/// determinants once multiples of log det(I + Δ) and log h are taken out.
package struct ChartGene {
  /// F to order 4: 35.
  package var logDeterminant: UnsafePointer<Double>
  /// h times the residual sum of squares without genotype, to order 4: 35.
  package var residual: UnsafePointer<Double>
  /// det(I + Δ) ℓ'A⁻¹ℓ of the time coefficient, to order 3: 20.
  package var timeVariance: UnsafePointer<Double>
  /// 1 / ℓ'A⁻¹ℓ to order 4, for Kenward and Roger's inference: 35; nil without. Like X'P_C X it is
  /// close to linear in x, so that its second derivatives are worth more than the variance's.
  package var timePrecision: UnsafePointer<Double>?
  /// The time coefficient without genotype, to order 3: 20.
  package var timeValue: UnsafePointer<Double>
  /// M at x = 0: 11, 12, 22.
  package var origin: (Double, Double, Double)
  /// M = origin + toMatrix · x, rows 11, 12, 22.
  package var toMatrix: (Rows3, Rows3, Rows3)
  /// x = toChart · (M − origin), columns 11, 12, 22.
  package var toChart: (Rows3, Rows3, Rows3)
  /// N.
  package var donorCount: Double
  /// What log det(I + Δ) is multiplied with in the criterion, with its sign turned: N less the share
  /// of the fixed columns.
  package var determinantPower: Double
  /// a.
  package var scaleSlope: Rows3
  /// What log h is multiplied with in the criterion.
  package var scalePower: Double
  /// ν.
  package var degreesOfFreedom: Double
  /// 1 under REML, 0 under ML: whether the determinant of the fixed part belongs to the criterion.
  package var determinantWeight: Double
  /// Order of the pair's polynomials: 2 or 3.
  package var order: Int
  /// Largest |x| at which the polynomials are trusted.
  package var radius: Double
  package var shape: ChartShape
  package var face: ChartFace
  /// Weights of the two genotype columns in the reported main effect and interaction.
  package var genotypeContrast: (Double, Double)
  package var interactionContrast: (Double, Double)
  /// What a dosage's mean adds to the time row of its centred column.
  package var timeShift: (Double, Double)
  /// Added to the criterion to make it the deviance.
  package var constant: Double
  /// Φ: D = Φ((I − M)⁻¹ − I)Φ' in units of σ².
  package var rotation: (Double, Double, Double)

  package typealias Rows3 = (Double, Double, Double)

  package init(
    logDeterminant: UnsafePointer<Double>, residual: UnsafePointer<Double>,
    timeVariance: UnsafePointer<Double>, timePrecision: UnsafePointer<Double>?,
    timeValue: UnsafePointer<Double>, origin: (Double, Double, Double),
    toMatrix: (Rows3, Rows3, Rows3), toChart: (Rows3, Rows3, Rows3), donorCount: Double,
    determinantPower: Double, scaleSlope: Rows3, scalePower: Double, degreesOfFreedom: Double,
    determinantWeight: Double, order: Int, radius: Double, shape: ChartShape, face: ChartFace,
    genotypeContrast: (Double, Double), interactionContrast: (Double, Double),
    timeShift: (Double, Double), constant: Double, rotation: (Double, Double, Double)
  ) {
    self.logDeterminant = logDeterminant
    self.residual = residual
    self.timeVariance = timeVariance
    self.timePrecision = timePrecision
    self.timeValue = timeValue
    self.origin = origin
    self.toMatrix = toMatrix
    self.toChart = toChart
    self.donorCount = donorCount
    self.determinantPower = determinantPower
    self.scaleSlope = scaleSlope
    self.scalePower = scalePower
    self.degreesOfFreedom = degreesOfFreedom
    self.determinantWeight = determinantWeight
    self.order = order
    self.radius = radius
    self.shape = shape
    self.face = face
    self.genotypeContrast = genotypeContrast
    self.interactionContrast = interactionContrast
    self.timeShift = timeShift
    self.constant = constant
    self.rotation = rotation
  }
}

/// The random part of a chart's model.
package enum ChartShape: UInt8, Sendable {
  case scalar, diagonal, full
}

/// Where a gene's null fit lies.
package enum ChartFace: UInt8, Sendable {
  case interior, rankOne, zero
}

/// How the fast fit of a pair ended.
package enum ChartOutcome: UInt8, Sendable {
  /// An interior optimum.
  case interior
  /// An optimum on the boundary.
  case boundary
  /// An interior optimum that is not to be trusted: farther from the chart's centre than its
  /// polynomials reach, or too close to the boundary to be told from one on it.
  case nearInterior
  /// The same for an optimum of rank one.
  case nearRankOne
  /// No optimum was found in the chart.
  case unsettled
}

/// The numbers of a fast fit, rows of `ChartProblem.results`.
package enum ChartResult: Int, CaseIterable {
  case statistic, degreesOfFreedom
  /// Largest |x| of the optimum.
  case distance
  /// What the two genotype columns explain of the sum of squares, in units of σ².
  case explained
  /// M at the optimum.
  case point11, point12, point22
  // The rows below are filled in only where all numbers are asked for.
  case genotype, genotypeError, genotypeDegrees
  case time, timeError, timeDegrees
  case interaction, interactionError, covariance
  case firstDeviation, secondDeviation, correlation, residualDeviation, deviance
}

/// A block of variants to fit with one gene in its chart.
package struct ChartProblem {
  /// Variants, a multiple of 8; the last ones may be padding.
  package var count: Int
  /// Floats from row to row of scores, forms and time rows.
  package var stride: Int
  /// Derivatives of h X'P_C y: 2 × coefficients rows.
  package var scores: UnsafePointer<Float>
  /// Derivatives of h X'P_C X: coefficients × 3 rows (11, 12, 22 of each).
  package var forms: UnsafePointer<Float>
  /// Derivatives of X'P_C X as `forms`, to one order more: 20 or 35 × 3 rows. Kenward and Roger's
  /// standard errors and degrees of freedom take second derivatives of it, which need them; nil
  /// where the standard errors are plain and the degrees of freedom Satterthwaite's.
  package var widerForms: UnsafePointer<Float>?
  /// Derivatives of X'WC A⁻¹ℓ for the time coefficient, 2 × coefficients rows; nil where only the
  /// test of genotype × time is wanted.
  package var timeRows: UnsafePointer<Float>?
  /// Mean dosages, taken out of the genotype columns.
  package var means: UnsafePointer<Double>
  /// 8-lane scratch: `ChartProblem.scratchLanes` vectors, 64-byte aligned.
  package var scratch: UnsafeMutableRawPointer
  /// Doubles from row to row of the results.
  package var resultStride: Int
  /// `ChartResult.allCases.count` × resultStride.
  package var results: UnsafeMutablePointer<Double>
  /// `ChartOutcome` raw values.
  package var outcomes: UnsafeMutablePointer<UInt8>

  /// Vectors of scratch that `fitCharts` needs.
  package static let scratchLanes = 456

  package init(
    count: Int, stride: Int, scores: UnsafePointer<Float>, forms: UnsafePointer<Float>,
    widerForms: UnsafePointer<Float>?, timeRows: UnsafePointer<Float>?,
    means: UnsafePointer<Double>,
    scratch: UnsafeMutableRawPointer, resultStride: Int,
    results: UnsafeMutablePointer<Double>, outcomes: UnsafeMutablePointer<UInt8>
  ) {
    self.count = count
    self.stride = stride
    self.scores = scores
    self.forms = forms
    self.widerForms = widerForms
    self.timeRows = timeRows
    self.means = means
    self.scratch = scratch
    self.resultStride = resultStride
    self.results = results
    self.outcomes = outcomes
  }
}
