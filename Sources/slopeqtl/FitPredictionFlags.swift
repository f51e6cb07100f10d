import ArgumentParser
import Longitudinal
import MixedModels

/// Flags about random effects and predictions.
struct FitPredictionFlags: ParsableArguments {
  @Option(help: ArgumentHelp("Write random effects (BLUPs).", valueName: "file"))
  var blups: String?

  @Option(
    help: ArgumentHelp(
      "Rows to predict. New subjects are conditioned on their rows that have a response; with --family "
        + "they are the population's median member.",
      valueName: "newdata"))
  var predict: String?

  @Option(help: ArgumentHelp("Where predictions go.", valueName: "file"))
  var predictions: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Probability that a new measurement exceeds a threshold (or '< V': falls below it), at every "
        + "row and at given times, on the scale of the formula's response, e.g. '90 at time = 12, 24'.",
      valueName: "request"))
  var exceed: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The earliest time at which that probability reaches a limit, e.g. '90, risk = 0.1'; further: "
        + "'time = NAME', 'until = T'.", valueName: "request"))
  var nextVisit: String?

  @Option(help: ArgumentHelp("Where next visits go.", valueName: "file"))
  var schedule: String?

  func validate() throws {
    if predict != nil, predictions == nil, nextVisit == nil {
      throw ValidationError("--predict needs --predictions FILE")
    }
    if predictions != nil, predict == nil, exceed == nil {
      throw ValidationError("--predictions needs --predict NEWDATA, or --exceed 'V at time = …'")
    }
    if exceed != nil, predictions == nil {
      throw ValidationError("--exceed needs --predictions FILE")
    }
    if schedule != nil, nextVisit == nil {
      throw ValidationError("--schedule needs --next-visit 'V, risk = r'")
    }
    if let exceed {
      let request = try exceedRequest(exceed)
      if predict == nil, request.times.isEmpty {
        throw ValidationError(
          "--exceed '\(exceed)' without --predict: expected times, e.g. 'V at time = 12, 24'")
      }
    }
    if let nextVisit { _ = try visitRequest(nextVisit) }
  }

  /// Paths of the files to be written.
  var outputs: [String] { [blups, predictions, schedule].compactMap(\.self) }

  /// Predicts what was asked for, into tables to be written.
  func predict(
    _ model: FittedModel, tables: EffectTables, into outputs: inout OutputFiles,
    extras: inout FitExtras
  ) throws {
    let given = try predict.map { path in
      try NewData(path: path, like: model.data, model: model.model)
    }
    if let predictions {
      let request = try exceed.map(exceedRequest)
      var data = given
      if let request, let time = request.time {
        let rows = try SubjectRows(given, model: model, time: time)
        // Rows that are there already are not repeated.
        let wanted = rows.data.moved(
          rows.subjects.flatMap { subject in
            request.times.filter { given == nil || !subject.times.contains($0) }
              .map { (subject, $0) }
          }, named: time, keeping: rows.informing)
        outputs.add(
          tables.predictions(
            wanted, try wanted.predictions(of: model.fit), threshold: request.threshold),
          to: predictions)
        data = nil
      }
      if let data {
        outputs.add(
          tables.predictions(
            data, try data.predictions(of: model.fit), threshold: request?.threshold),
          to: predictions)
      }
    }
    if let nextVisit {
      let request = try visitRequest(nextVisit)
      guard let time = request.time ?? model.model.timeVariable else {
        throw ValidationError(
          "--next-visit '\(nextVisit)': the model has no random slope to tell what time is; add "
            + "'time = NAME'")
      }
      let rows = try SubjectRows(given, model: model, time: time)
      let schedule = VisitSchedule(
        threshold: request.threshold, risk: request.risk, time: time,
        until: request.until ?? rows.defaultEnd)
      extras.visits = try schedule.visits(rows, fit: model.fit)
      if let path = self.schedule { outputs.add(tables.visits(extras.visits), to: path) }
    }
  }

  private struct ExceedRequest {
    var threshold: Threshold
    var time: String?
    var times: [Double]
  }

  private func exceedRequest(_ text: String) throws -> ExceedRequest {
    let malformed = ValidationError(
      "--exceed '\(text)': expected a threshold and times, e.g. '90 at time = 12, 24'")
    guard let request = try? MarginalRequest(text), request.subjects.count == 1,
      let threshold = Threshold(request.subjects[0]), request.by.isEmpty, request.at.count < 2
    else { throw malformed }
    guard let setting = request.at.first else {
      return ExceedRequest(threshold: threshold, time: nil, times: [])
    }
    let times = setting.values.compactMap(Double.init)
    guard times.count == setting.values.count, times.allSatisfy(\.isFinite) else { throw malformed }
    return ExceedRequest(threshold: threshold, time: setting.name, times: times)
  }

  private struct VisitRequest {
    var threshold: Threshold
    var risk: Double
    var time: String?
    var until: Double?
  }

  private func visitRequest(_ text: String) throws -> VisitRequest {
    let malformed = ValidationError(
      "--next-visit '\(text)': expected a threshold and a risk between 0 and 1, e.g. "
        + "'90, risk = 0.1'; further 'time = NAME' and 'until = T'")
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard let threshold = Threshold(parts[0]) else { throw malformed }
    var request = VisitRequest(threshold: threshold, risk: .nan)
    var seen: Set<String> = []
    for part in parts.dropFirst() {
      let sides = part.split(separator: "=").map { $0.filter { !$0.isWhitespace } }
      guard sides.count == 2, !sides[1].isEmpty, seen.insert(sides[0]).inserted else {
        throw malformed
      }
      switch sides[0] {
      case "risk": request.risk = Double(sides[1]) ?? .nan
      case "time": request.time = sides[1]
      case "until":
        guard let until = Double(sides[1]), until.isFinite else { throw malformed }
        request.until = until
      default: throw malformed
      }
    }
    guard request.risk > 0, request.risk < 1 else { throw malformed }
    return request
  }
}
