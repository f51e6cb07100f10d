import MixedModels

/// A mixed model beside a paired t test of averages, as text.
struct AveragedReport {
  let comparison: AveragedComparison
  private var reasons: AveragedReasons { AveragedReasons(comparison: comparison) }

  var lines: [String] {
    var mixed = comparison.mixed
    var paired = comparison.paired
    (mixed.term, paired.term) = ("mixed model", "averages, paired t")
    var lines = [
      "",
      "Averaged per \(comparison.subject) and \(comparison.condition), \(comparison.level) - "
        + "\(comparison.reference):",
    ]
    lines += CoefficientTable.lines([mixed, paired], name: \.term)
    lines += wrapped(facts, indent: "")
    let found = reasons.all
    lines += wrapped(reasons.conclusion, indent: "")
    if found.isEmpty || reasons.agree { lines += wrapped(reasons.agreement, indent: "") }
    if !found.isEmpty {
      lines.append(reasons.agree ? "But note:" : "Why they differ:")
      for reason in found { lines += wrapped("- " + reason.text, indent: "  ") }
    }
    return lines
  }

  private var facts: String {
    let trials = comparison.trials
    var text =
      "\(comparison.subject): \(comparison.subjectCount) with both conditions, "
      + "\(CompactNumber.text(trials.lower)) to \(CompactNumber.text(trials.upper)) trials each "
      + "(median \(CompactNumber.text(comparison.medianTrials)))."
    var held = comparison.heldNumbers.map { "\($0.name) = \(CompactNumber.text($0.value))" }
    held += comparison.averagedFactors.map { "the levels of \($0) averaged" }
    if !held.isEmpty { text += " The model compares at \(held.joined(separator: ", "))." }
    return text
  }

  private func wrapped(_ text: String, indent: String) -> [String] {
    SummaryBlocks.wrapped(text, indent: indent, width: 96)
  }
}

extension AveragedReport {
  /// As an object of the JSON.
  var content: JSONValue {
    let range = { (range: AveragedComparison.Extent) in
      JSONValue.list([.number(range.lower), .number(range.upper)])
    }
    return .object([
      "condition": .text(comparison.condition), "level": .text(comparison.level),
      "reference": .text(comparison.reference), "subject": .text(comparison.subject),
      "mixed": .object(FitDocument.effect(comparison.mixed)),
      "paired": .object(FitDocument.effect(comparison.paired)),
      "difference": .number(comparison.difference),
      "held_at": .object(
        Dictionary(comparison.heldNumbers.map { ($0.name, .number($0.value)) }) { first, _ in
          first
        }),
      "n_subjects": .integer(comparison.subjectCount),
      "n_subjects_dropped": .integer(comparison.droppedSubjects),
      "n_trials_dropped": .integer(comparison.droppedRows), "trials": range(comparison.trials),
      "trials_median": .number(comparison.medianTrials),
      "contributions": .list(comparison.contributions.map(Self.contribution)),
      "weighting": .number(comparison.weightingShare), "weights": range(comparison.weights),
      "equal_weight_se_ratio": .number(comparison.equalWeightLoss),
      "between_variance": range(comparison.betweenVariance),
      "noise_variance": range(comparison.noiseVariance),
      "noise_share": range(comparison.noiseShare),
      "difference_variance": .number(comparison.differenceVariance),
      "model_se": .number(comparison.modelStandardError),
      "shared_variances": .object(
        Dictionary(comparison.shared.map { ($0.group, .number($0.variance)) }) { first, _ in first }
      ),
      "residual_sds": .list([
        .number(comparison.residualDeviations.level),
        .number(comparison.residualDeviations.reference),
      ]),
      "agree": .boolean(reasons.agree), "conclusion": .text(reasons.conclusion),
      "reasons": .list(
        reasons.all.map { .object(["kind": .text($0.kind), "text": .text($0.text)]) }),
    ])
  }

  private static func contribution(_ share: AveragedComparison.Contribution) -> JSONValue {
    .object([
      "term": .text(share.term), "mean_difference": .number(share.meanDifference),
      "model_difference": .number(share.modelDifference),
      "coefficient": .number(share.coefficient), "value": .number(share.value),
    ])
  }
}
