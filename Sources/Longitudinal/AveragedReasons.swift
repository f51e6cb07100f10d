import MixedModels

/// Why a paired t test of averages differs from a mixed model: what applies to one comparison and has
/// weight there, each with its numbers.
struct AveragedReasons {
  struct Reason: Equatable {
    /// `covariate`, `weights`, `noise`, `residual_sd`, `dropped`, `no_random_slope`, `shared_levels` or
    /// `variance`.
    var kind: String
    var text: String
  }

  let comparison: AveragedComparison

  /// Shares of a standard error below which a difference of estimates has no weight.
  private static let smallShare = 0.05
  /// Two methods agree where estimates, standard errors and degrees of freedom differ by less.
  private static let smallDifference = 0.02

  private var scale: Double { comparison.mixed.standardError }

  /// Whether both conclude the same by the same numbers.
  var agree: Bool {
    func isNear(_ a: Double, _ b: Double) -> Bool { abs(a / b - 1) < Self.smallDifference }
    return abs(comparison.difference) < Self.smallDifference * scale
      && isNear(comparison.paired.standardError, scale)
      && isNear(comparison.paired.degreesOfFreedom, comparison.mixed.degreesOfFreedom)
  }

  /// What both find, in a sentence.
  var conclusion: String {
    guard !comparison.mixed.pValue.isNaN else { return "The model has no test of the condition." }
    let alpha = 1 - comparison.coverage
    let (mixed, paired) = (comparison.mixed.pValue < alpha, comparison.paired.pValue < alpha)
    let start = "At \(number(100 * alpha)) %, "
    switch (mixed, paired) {
    case (true, true): return start + "both find a difference."
    case (false, false): return start + "neither finds a difference."
    case (true, false): return start + "the mixed model finds a difference, the averages do not."
    case (false, true): return start + "the averages find a difference, the mixed model does not."
    }
  }

  /// One or more where both do not agree.
  var all: [Reason] {
    guard comparison.mixed.standardError.isFinite, comparison.paired.standardError.isFinite else {
      return []
    }
    var reasons = noRandomSlope + shared
    guard !agree else { return reasons }
    reasons += covariates
    if !comparison.isSerial { reasons += weights + noise }
    reasons += residualDeviations + dropped + variance
    return reasons
  }

  /// What is said where nothing of weight was found.
  var agreement: String {
    let isBalanced = comparison.trials.lower == comparison.trials.upper
    let start =
      isBalanced
      ? "every \(comparison.subject) has \(number(comparison.trials.lower)) trials of each "
        + "condition, so equal weights are the right ones"
      : "nothing that averaging leaves out has weight here"
    return agree
      ? "Both agree: \(start)."
      : "The estimates differ by \(number(comparison.difference)), "
        + "\(number(abs(comparison.difference) / scale)) standard errors."
  }

  private func number(_ value: Double) -> String { CompactNumber.text(value) }

  private func short(_ value: Double) -> String { CompactNumber.text(value, digits: 3) }

  private func percent(_ share: Double) -> String {
    CompactNumber.text(100 * share, digits: share < 0.1 ? 2 : 3) + " %"
  }

  /// "by 3.1 lower".
  private func shift(_ value: Double) -> String {
    "\(short(abs(value))) \(value < 0 ? "lower" : "higher")"
  }

  private var covariates: [Reason] {
    comparison.contributions.filter { abs($0.value) >= Self.smallShare * scale }
      .sorted { abs($0.value) > abs($1.value) }
      .map { share in
        if share.coefficient.isNaN {
          return Reason(
            kind: "covariate",
            text:
              "\(share.term): its levels are not the same in both conditions; their effects make "
              + "the averaged estimate \(shift(share.value)).")
        }
        let place =
          share.modelDifference == 0
          ? "its mean is \(shift(share.meanDifference)) in \(comparison.level)"
          : "it differs by \(short(share.meanDifference)) between a \(comparison.subject)'s "
            + "averages, by \(short(share.modelDifference)) in the model's comparison"
        return Reason(
          kind: "covariate",
          text:
            "\(share.term): \(place); times its coefficient, \(number(share.coefficient)), that "
            + "makes the averaged estimate \(shift(share.value)).")
      }
  }

  private var weights: [Reason] {
    let range = comparison.weights
    let isUneven = range.upper > 1.25 * range.lower || comparison.equalWeightLoss > 1.02
    // Where subjects are left out, what is not explained may come of them.
    let isShift =
      comparison.droppedSubjects == 0
      && abs(comparison.weightingShare) >= Self.smallShare * scale
    guard isUneven || isShift else { return [] }
    let equal = 1 / Double(comparison.subjectCount)
    return [
      Reason(
        kind: "weights",
        text:
          "weights: averaging gives every \(comparison.subject) \(percent(equal)), the mixed model "
          + "about \(percent(range.lower * equal)) to \(percent(range.upper * equal)), more to those "
          + "whose difference is known better (\(number(comparison.trials.lower)) to "
          + "\(number(comparison.trials.upper)) trials a cell). "
          + (comparison.droppedSubjects > 0
            ? "" : "That makes the averaged estimate \(shift(comparison.weightingShare)). ")
          + "Equal weights make its SE \(percent(comparison.equalWeightLoss - 1)) larger.")
    ]
  }

  private var noise: [Reason] {
    let range = comparison.noiseShare
    guard range.upper - range.lower > 0.05 else { return [] }
    return [
      Reason(
        kind: "noise",
        text: "noise: trials make up \(percent(range.lower)) to \(percent(range.upper)) of the "
          + "variance of a \(comparison.subject)'s difference (\(short(comparison.betweenVariance.lower))"
          + (comparison.betweenVariance.upper > 1.005 * comparison.betweenVariance.lower
            ? " to \(short(comparison.betweenVariance.upper))" : "")
          + " between subjects, \(short(comparison.noiseVariance.lower)) to "
          + "\(short(comparison.noiseVariance.upper)) of trials); the t test takes all differences as "
          + "equally precise.")
    ]
  }

  private var residualDeviations: [Reason] {
    let (upper, lower) = comparison.residualDeviations
    let ratio = upper / lower
    guard abs(ratio - 1) > (comparison.hasOwnDeviations ? 0.05 : 0.1) else { return [] }
    let start =
      "residual SDs: \(short(upper)) in \(comparison.level), \(short(lower)) in "
      + "\(comparison.reference)"
    return [
      Reason(
        kind: "residual_sd",
        text: comparison.hasOwnDeviations
          ? start + "; the model weighs a trial of \(comparison.level) as "
            + "\(short(1 / (ratio * ratio))) of one of \(comparison.reference), an average does not "
            + "know how noisy its trials were."
          : start + ", which the model takes as equal: consider --residual-variance "
            + "by:\(comparison.condition).")
    ]
  }

  private var dropped: [Reason] {
    guard comparison.droppedSubjects > 0 else { return [] }
    return [
      Reason(
        kind: "dropped",
        text:
          "left out: \(comparison.droppedSubjects) levels of \(comparison.subject) with one condition "
          + "alone (\(comparison.droppedRows) trials), which have no difference of averages; the mixed model "
          + "uses them. With the weights of the others that makes the averaged estimate "
          + "\(shift(comparison.weightingShare)).")
    ]
  }

  private var noRandomSlope: [Reason] {
    guard !comparison.hasRandomSlope else { return [] }
    // What differences between subjects vary by beyond their trials.
    let excess = max(
      0, comparison.differenceVariance - comparison.meanBetween - comparison.meanNoise)
    let start =
      "no random slope: the model takes the effect of \(comparison.condition) as the same in every "
      + "\(comparison.subject). "
    let advice = " Add \(comparison.condition) to the random part of \(comparison.subject)."
    guard comparison.isSerial || excess > 0 else {
      return [
        Reason(
          kind: "no_random_slope",
          text: start + "The differences of averages vary no more than their trials say." + advice)
      ]
    }
    let spread = comparison.isSerial ? "" : " (an SD of about \(short(excess.squareRoot())) here)"
    return [
      Reason(
        kind: "no_random_slope",
        text: start
          + "Where it varies\(spread), its SE of \(short(scale)) does not hold that; the averages' "
          + "\(short(comparison.paired.standardError)) does." + advice)
    ]
  }

  private var shared: [Reason] {
    let total = comparison.modelStandardError * comparison.modelStandardError
    return comparison.shared.filter { $0.variance >= Self.smallDifference * total }.map { item in
      Reason(
        kind: "shared_levels",
        text:
          "\(item.group): its \(item.levels) levels are shared by levels of \(comparison.subject), so "
          + "their effects do not average out: \(percent(item.variance / total)) of the "
          + "averaged estimate's variance by the model, whose SE is "
          + "\(short(comparison.modelStandardError)); the t test has "
          + "\(short(comparison.paired.standardError)) and is about these levels alone, not about "
          + "others like them (Clark 1973).")
    }
  }

  private var variance: [Reason] {
    guard comparison.hasRandomSlope, !comparison.isSerial else { return [] }
    let model = comparison.meanBetween + comparison.meanNoise
    let ratio = comparison.differenceVariance / model
    guard ratio < 0.9 || ratio > 1.1 else { return [] }
    return [
      Reason(
        kind: "variance",
        text: "variance: the \(comparison.subjectCount) differences of averages have variance "
          + "\(short(comparison.differenceVariance)), their covariates' imbalance included; the model, "
          + "from all trials, has \(short(model)) on average.")
    ]
  }
}
