import BlockGzip
import Cohort
import MixedModels

/// What a scan of counts or binary outcomes has beside its model.
package struct GeneralizedScan: Sendable {
  let family: ResponseFamily
  /// Added to the linear predictor, one per sample; nil where there is none.
  let offset: [Double]?

  /// - Throws: `ModelError` for an offset that is no number.
  init?(cohort: Cohort, options: ScanOptions) throws(ModelError) {
    guard let family = options.family else { return nil }
    self.family = family
    guard let name = options.offset else {
      offset = nil
      return
    }
    guard name != "time" else {
      offset = cohort.time
      return
    }
    guard case .numeric(let values)? = cohort.columns[name] else {
      var error = ModelError(
        "--offset needs a column of numbers", found: "'\(name)' holds text", expected: "numbers",
        advice: "e.g. the logarithm of a library size")
      error.variables = [name]
      throw error
    }
    offset = values
  }

  /// Refuses values that the family does not have, where they are read.
  ///
  /// - Parameters:
  ///   - values: of the samples in use, NaN where missing.
  ///   - hasSizes: whether weights give numbers of trials.
  func check(
    _ values: [Double], gene: Gene, samples: [String], reader: ExpressionReader, hasSizes: Bool
  ) throws(InputError) {
    func isRight(_ value: Double) -> Bool {
      switch family {
      case .poisson: value >= 0 && value == value.rounded() && value < 0x1p53
      case .binomial: hasSizes ? value >= 0 && value <= 1 : value == 0 || value == 1
      }
    }
    guard let wrong = values.firstIndex(where: { !$0.isNaN && !isRight($0) }) else { return }
    let expected =
      family == .poisson
      ? "whole numbers of 0 and more" : hasSizes ? "proportions from 0 to 1" : "0 or 1"
    throw InputError(
      "expression is not of the family '\(family.rawValue)'", path: reader.path,
      line: reader.lineNumber, column: samples[wrong],
      found: "\(ModelFrame.levelText(values[wrong])) for gene '\(gene.id)'", expected: expected,
      advice: family == .poisson
        ? "give counts as they were measured, with --offset for library sizes, or leave --family out"
        : "give numbers of trials with --weights, or leave --family out")
  }
}

/// Makes the models of a scan's genes.
struct GeneralizedModels: Sendable {
  private let plan: ModelPlan
  private let scan: GeneralizedScan
  let weights: WeightStore?

  init?(inputs: ScanInputs) {
    guard let scan = inputs.plan.generalized else { return nil }
    self.scan = scan
    plan = inputs.plan
    weights = inputs.weights
  }

  /// Names of the variance parameters beyond the donors' intercept and slope.
  var componentNames: [String] { GeneralizedPairModel.layout(plan.matrices).names }

  /// The gene of some samples.
  ///
  /// - Parameters:
  ///   - design: of those samples, whose donor order dosages have.
  ///   - weights: one per sample.
  func gene(
    design: DesignCrossProducts, samples: [Int], response: [Double], weights: [Double]?
  ) -> GeneralizedPairModel {
    GeneralizedPairModel(
      family: scan.family, matrices: design.matrices, columns: plan.columns, response: response,
      sizes: weights, offset: scan.offset.map { all in samples.map { all[$0] } },
      donorOrder: design.donorOrder)
  }
}

extension PairBatch {
  /// Fits slots of a gene of counts or binary outcomes.
  mutating func fit(
    _ gene: GeneralizedPairModel, slots: [Int], variants: [Int], batch: PreparedVariants,
    tails: PairTails
  ) {
    batch.dosages.withUnsafeBufferPointer { dosages in
      guard let base = dosages.baseAddress else { return }
      for (slot, variant) in zip(slots, variants) {
        // Safe: the column of the variant starts there and has one number per donor.
        let fit = gene.fit(dosages: base + variant * batch.donorCount)
        set(fit, at: slot)
        logPValues[slot - self.slots.lowerBound] = tails.logPValue(of: fit)
      }
    }
  }
}
