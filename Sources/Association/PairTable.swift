import Glibc
import MixedModels
import Tables

/// The columns of the pairs table and the text of its rows.
struct PairTable: Sendable {
  let format: NumberFormat
  let columns: PairColumns

  init(significantDigits: Int, columns: PairColumns) {
    format = NumberFormat(significantDigits: significantDigits)
    self.columns = columns
  }

  var header: String { columns.header }
  var firstEffectIsSlope: Bool { columns.firstEffectIsSlope }

  /// - Parameter format: of numbers, for a table without random effects to tell apart.
  init(format: NumberFormat) {
    self.format = format
    columns = PairColumns()
  }

  /// Appends the row of a pair, with its line end.
  func append(
    variant: VariantRowText, gene: GeneRowText, fit: PairFit, logPValues: PairLogPValues,
    to text: inout TextBuffer
  ) {
    text.append(variant.site)
    text.append(gene.id)
    text.append(tabbed: gene.distance(to: variant.position))
    text.append(gene.counts)
    text.append(variant.alleles)
    append(fit.genotype, logPValue: logPValues.genotype, to: &text)
    append(fit.time, logPValue: logPValues.time, to: &text)
    appendTest(fit, logPValue: logPValues.interaction, to: &text)
    append(components: fit.components, to: &text)
    for place in columns.furtherComponents.indices {
      append(Self.number(place, of: fit.details?.components), to: &text)
    }
    append(fit.deviance, to: &text)
    text.appendTab()
    text.append(fit.status.description)
    text.appendNewline()
  }

  /// Appends the tested coefficients, their test and their covariances.
  private func appendTest(_ fit: PairFit, logPValue: Double, to text: inout TextBuffer) {
    let isBlock = columns.testedCount > 1
    if isBlock {
      let block = fit.details?.block ?? []
      for place in 0..<columns.testedCount {
        append(place < block.count ? block[place].value : .nan, to: &text)
        append(place < block.count ? block[place].standardError : .nan, to: &text)
      }
      let pairs = columns.testedCount * (columns.testedCount - 1) / 2
      for place in 0..<pairs {
        append(Self.number(place, of: fit.details?.blockCovariances), to: &text)
      }
      let test = fit.details?.test
      append(test?.statistic ?? .nan, to: &text)
      append(Double(columns.testedCount), to: &text)
      append(test?.denominatorDegreesOfFreedom ?? .nan, to: &text)
    } else {
      append(fit.interaction.value, to: &text)
      append(fit.interaction.standardError, to: &text)
      append(fit.interaction.statistic, to: &text)
      append(fit.interaction.degreesOfFreedom, to: &text)
    }
    text.appendTab()
    append(logProbability: logPValue, to: &text)
    if columns.hasLikelihoodRatio {
      text.appendTab()
      append(logProbability: fit.details?.logLikelihoodRatioP ?? .nan, to: &text)
    }
    guard isBlock else {
      append(fit.covarianceGenotypeInteraction, to: &text)
      return
    }
    for place in 0..<columns.testedCount {
      append(Self.number(place, of: fit.details?.genotypeCovariances), to: &text)
    }
  }

  private static func number(_ place: Int, of values: [Double]?) -> Double {
    guard let values, place < values.count else { return .nan }
    return values[place]
  }

  /// Whether a probability given as its logarithm is too small for a double with all its digits.
  @inline(__always)
  static func isBelowDoubles(_ logProbability: Double) -> Bool { logProbability < -300 * M_LN10 }

  /// A probability that a double holds, from its logarithm.
  @inline(__always)
  static func probability(_ logProbability: Double) -> Double { exp(logProbability) }

  /// A probability given as its logarithm; below 1e-300, where doubles lose digits and then end,
  /// mantissa and exponent of the true value.
  func append(logProbability: Double, to text: inout TextBuffer) {
    guard Self.isBelowDoubles(logProbability) else {
      text.append(Self.probability(logProbability), format: format)
      return
    }
    guard logProbability.isFinite else {
      text.append(literal: logProbability.isNaN ? "NA" : "0")
      return
    }
    let decimal = logProbability / M_LN10
    let exponent = floor(decimal)
    // The logarithm itself has about 13 digits left of its fraction.
    var mantissa = pow(10, decimal - exponent)
    var shown = Int(exponent)
    let digits = NumberFormat(significantDigits: min(format.significantDigits, 12))
    if mantissa >= 10 - 5 * pow(10, -Double(digits.significantDigits)) {
      mantissa = 1
      shown += 1
    }
    text.append(mantissa, format: digits)
    text.append(literal: "e")
    text.append(shown)
  }

  /// Appends a tab and a number.
  func append(_ value: Double, to text: inout TextBuffer) {
    text.append(tabbed: value, format: format)
  }

  /// Appends the four columns of the variance components.
  func append(components: VarianceComponents, to text: inout TextBuffer) {
    append(
      firstEffectIsSlope ? components.secondDeviation : components.firstDeviation, to: &text)
    append(
      firstEffectIsSlope ? components.firstDeviation : components.secondDeviation, to: &text)
    append(components.correlation, to: &text)
    append(components.residualDeviation, to: &text)
  }

  private func append(
    _ estimate: CoefficientEstimate, logPValue: Double, to text: inout TextBuffer
  ) {
    append(estimate.value, to: &text)
    append(estimate.standardError, to: &text)
    text.appendTab()
    append(logProbability: logPValue, to: &text)
  }
}
