import BlockGzip
import Glibc
import MixedModels

/// A risk model fitted to trajectories and outcomes: what reports are made of.
package struct RiskModel {
  package let data: RiskData
  package let options: RiskOptions
  /// The mixed model of all subjects' trajectories.
  package let fit: LinearMixedFit
  package let coefficients: [RiskCoefficient]
  /// −2 log-likelihood of the outcome given the measurements.
  package let deviance: Double
  /// The same regression with other uses of the measurements, with their own standard errors.
  package let comparisons: [RiskComparison]
  package let subjects: [SubjectRisk]
  /// Of the subjects the model was made on.
  package let apparent: RiskPerformance
  package let validated: RiskPerformance?
  /// By cross-validated risk, or by apparent risk without.
  package let calibration: [CalibrationGroup]
  package let bootstrap: RiskBootstrapCounts
  /// As carried out.
  package let folds: Int
  package let warnings: [String]
  /// Names of the coefficients, and by replicate their estimates.
  package let replicates: [[Double]]

  /// - Throws: `InputError` for tables that cannot be joined and models that cannot be fitted.
  package init(path: String, options: RiskOptions) throws(InputError) {
    let data = try RiskData(path: path, options)
    self.data = data
    self.options = options
    let everyone = Array(data.ids.indices)
    let model: LinearMixedModel
    do throws(ModelError) {
      model = try data.model(everyone, options: options.model)
    } catch {
      throw data.error(error)
    }
    fit = model.fit()
    var notes = model.warnings
    try Self.check(fit, data: data, into: &notes)
    let stages = try RiskStages(
      data, options: options, effects: model.terms.flatMap(\.columnNames))
    try stages.checkLines(fit)
    let known: SubjectPredictors
    do throws(ModelError) {
      known = try stages.predictors(by: fit)
    } catch {
      throw data.error(error)
    }
    let second = try stages.finished(known)
    let draws = RiskDraws(stages)
    let validation = options.folds > 0 ? RiskValidation(stages) : nil
    coefficients = stages.names.indices.map { place in
      RiskCoefficient(
        term: stages.names[place], estimate: second.coefficients[place],
        modelError: second.covariance[place, place].squareRoot(),
        replicates: draws.used.map { $0.coefficients[place] }, level: options.model.level)
    }
    deviance = second.deviance
    comparisons = stages.comparisons(known)
    bootstrap = RiskBootstrapCounts(draws, requested: options.replicates)
    replicates = draws.used.map(\.coefficients)
    let folded = validation?.meanRisks
    subjects = everyone.map { subject in
      SubjectRisk(
        id: data.ids[subject],
        risk: known.risk(subject, coefficients: second.coefficients, stages.use),
        replicates: draws.used.map { ($0.risks[subject], $0.drawnRisks[subject]) },
        observed: data.outcome[subject], foldRisk: folded?[subject] ?? .nan,
        level: options.model.level)
    }
    let risks = subjects.map(\.risk)
    apparent = RiskPerformance(
      risks: risks, outcome: data.outcome, level: options.model.level)
    validated = validation.map { validation in
      RiskPerformance(
        mean: zip(validation.risks, validation.assignments).map { risks, folds in
          RiskPerformance(
            risks: risks, outcome: data.outcome, folds: folds, level: options.model.level)
        })
    }
    folds = validation?.folds ?? 0
    calibration = CalibrationGroup.groups(risks: folded ?? risks, outcome: data.outcome)
    if options.folds > 0 { notes += Self.notes(validation, options: options) }
    notes += bootstrap.warnings
    warnings = notes
  }

  private static func check(
    _ fit: LinearMixedFit, data: RiskData, into notes: inout [String]
  ) throws(InputError) {
    if case .failed(let reason) = fit.status {
      throw InputError(
        "the model of the trajectories cannot be fitted", path: data.trajectories.table.path,
        line: 1, found: reason.rawValue, expected: "subjects whose measurements vary",
        advice: "look at it with slopeqtl fit")
    }
    guard !fit.explainsEverything else {
      throw InputError(
        "fixed and random effects explain the marker entirely, so that no residual is left",
        path: data.trajectories.table.path, line: 1, found: "residuals of 0",
        expected: "measurements that vary about each subject's own line",
        advice: "check the column, or take random effects out")
    }
    if fit.status == .flat { notes.append("the model of the trajectories has not converged") }
    if fit.status == .boundary {
      notes.append(
        "the trajectories' optimum lies on the boundary (singular fit): a variance is 0 or a "
          + "correlation ±1")
    }
  }

  private static func notes(_ validation: RiskValidation?, options: RiskOptions) -> [String] {
    guard let validation else {
      return ["no cross-validation: a class has fewer than two subjects"]
    }
    var notes: [String] = []
    if validation.folds < options.folds {
      notes.append(
        "\(validation.folds) folds instead of \(options.folds): the rarer class has no more "
          + "subjects")
    }
    if validation.failedFolds > 0 {
      notes.append(
        "folds that could not be fitted: \(validation.failedFolds); their subjects are left out")
    }
    if validation.unboundedFolds > 0 {
      notes.append(
        "folds without finite estimates: \(validation.unboundedFolds); their risks, near 0 or 1, count "
          + "in the performance as they are")
    }
    return notes
  }
}

extension RiskStages {
  /// The second stage of all subjects.
  ///
  /// - Throws: `InputError` where it has no finite estimates, naming the columns.
  func finished(_ known: SubjectPredictors) throws(InputError) -> UncertainLogisticModel.Fit {
    let everyone = Array(data.ids.indices)
    let second: UncertainLogisticModel.Fit
    do throws(Failure) {
      second = try secondStage(everyone, known, use)
    } catch {
      throw InputError(
        "the predictors of the outcome depend on one another", path: options.outcomes, line: 1,
        found: "a combination of \(names.joined(separator: ", ")) that is 0 for every subject",
        expected: "predictors that vary independently",
        advice: "leave one out; a slope whose variance is estimated as 0 is none")
    }
    switch second.status {
    case .ok, .flat: return second
    case .separated(let separation):
      throw InputError(
        "the outcome is separated, so that no finite coefficients exist", path: options.outcomes,
        line: 1, column: options.outcome,
        found: (separation.isComplete ? "complete" : "quasi-complete") + " separation by "
          + separation.columns.map { names[$0] }.joined(separator: ", "),
        expected: "subjects with and without the event at similar predictors",
        advice: "leave such a predictor out, or merge its levels")
    case .unbounded:
      throw InputError(
        "the coefficients have no finite estimates", path: options.outcomes, line: 1,
        column: options.outcome,
        found: "an effect that outgrows what the measurements tell of the predictors, with "
          + "\(data.eventCount) events among \(data.knownCount) subjects",
        expected: "more events, more measurements a subject, or a weaker effect",
        advice: "see what --second-stage plugin gives")
    }
  }

  /// The other second stages, where they have estimates.
  func comparisons(_ known: SubjectPredictors) -> [RiskComparison] {
    let everyone = Array(data.ids.indices)
    let stages: [(String, SubjectPredictors.Use)] = [
      ("integrated", .integrated), ("plugin", .plugin), ("own", .own),
    ]
    return stages.compactMap { name, use in
      guard let fit = try? secondStage(everyone, known, use), fit.status == .ok else { return nil }
      return RiskComparison(
        name: name,
        subjects: everyone.count { !data.outcome[$0].isNaN && known.isComplete($0, use) },
        coefficients: names.indices.map { place in
          RiskCoefficient(
            term: names[place], estimate: fit.coefficients[place],
            modelError: fit.covariance[place, place].squareRoot(), replicates: [],
            level: options.model.level)
        }, deviance: fit.deviance)
    }
  }

  /// Refuses `slope` of trajectories that are no lines.
  func checkLines(_ fit: LinearMixedFit) throws(InputError) {
    guard let slope = predictors.first(where: { $0.kind == .slope(nil) }) else { return }
    let range = try AskedRows.range(data, slope)
    let times = [range.first, 0.5 * (range.first + range.last), range.last]
    let asked = try AskedRows(
      data, predictors: times.compactMap { RiskPredictor("level@\($0)") })
    guard let moments = try? fit.moments(of: asked.functions, asked.questions(data)) else { return }
    for (id, subject) in zip(data.ids, moments) {
      let bend = subject.means[1] - 0.5 * (subject.means[0] + subject.means[2])
      let size = subject.means.reduce(0) { max($0, abs($1)) }
      guard abs(bend) > 1e-7 * size else { continue }
      throw InputError(
        "the trajectories are no lines, so that they have no one slope",
        path: data.trajectories.table.path, line: 1,
        found: "'slope' where the mean of '\(id)' bends", expected: "slope@T, the slope at a time",
        advice: "name a time, e.g. --predictors slope@\(CompactNumber.text(times[1]))")
    }
  }
}
