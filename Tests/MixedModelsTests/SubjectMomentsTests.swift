import Glibc
import LinearAlgebra
import Testing

@testable import MixedModels

/// What a subject's own rows say, against the BLUPs of a fit that has all of them.
@Suite("Conditional moments of trajectories") struct SubjectMomentsTests {
  /// 24 subjects of 3 to 6 rows, responses by a fixed rule.
  private static let rows: [(subject: Int, time: Double)] = (0..<24).flatMap { subject in
    (0..<(3 + subject % 4)).map { (subject, Double($0) + 0.25 * Double(subject % 3)) }
  }

  private static var frame: ModelFrame {
    let y = rows.enumerated().map { row, item in
      let level = (Double(item.subject) * 1.7).remainder(dividingBy: 2.3)
      let slope = (Double(item.subject) * 2.9).remainder(dividingBy: 0.9)
      let noise = (Double(row) * 3.33 + Double(row * row) * 0.71).remainder(dividingBy: 1.1)
      return 3 + level + (0.6 + slope) * item.time + noise
    }
    return ModelFrame(
      rowCount: rows.count,
      columns: [
        "y": .numeric(y), "time": .numeric(rows.map(\.time)),
        "weight": .numeric(rows.map { 1 + Double($0.subject % 2) }),
        "arm": .text(rows.map { $0.subject % 2 == 0 ? "a" : "b" }),
        "subject": .text(rows.map { "s\($0.subject)" }),
      ])
  }

  /// The data under other names, then two rows asked about of every subject, at times 0 and 2.
  private static var questions: SubjectQuestions {
    let last = (0..<24).map { subject in rows.lastIndex { $0.subject == subject } ?? 0 }
    let sources = Array(rows.indices) + last.flatMap { [$0, $0] }
    var columns = frame.columns.mapValues { column -> ModelFrame.Column in
      switch column {
      case .numeric(let values): .numeric(sources.map { values[$0] })
      case .text(let values): .text(sources.map { values[$0] })
      }
    }
    columns["subject"] = .text(sources.map { "new\(rows[$0].subject)" })
    columns["time"] = .numeric(rows.map(\.time) + last.flatMap { _ in [0, 2] })
    guard case .numeric(let y)? = frame.columns["y"] else {
      return SubjectQuestions(frame: frame, responses: [], rows: [], askedCount: 0)
    }
    return SubjectQuestions(
      frame: ModelFrame(rowCount: sources.count, columns: columns), responses: y,
      rows: (0..<24).map { subject in rows.indices.filter { rows[$0].subject == subject } },
      askedCount: 2)
  }

  private static let functions: [TrajectoryFunction] = [
    .effect("(Intercept)"), .effect("time"), .rows([1: 1]), .rows([0: -0.5, 1: 0.5]),
  ]

  @Test(arguments: [
    "(1 + time | subject)", "(1 + time || subject)", "weights", "by:arm", "exp:time", "ar1:time",
    "groups",
  ])
  func `moments of subjects of the fit are its BLUPs`(_ kind: String) throws {
    var options = LinearModelOptions()
    switch kind {
    case "weights": options.weights = "weight"
    case "by:arm": options.residual = [.by("arm")]
    case "exp:time": options.residual = [.exponential("time")]
    case "ar1:time": options.residual = [.serial("time")]
    case "groups": options.groupCovariance = "arm"
    default: break
    }
    let random = kind.hasPrefix("(") ? kind : "(1 + time | subject)"
    let fit = try LinearMixedModel(
      try Formula("y ~ time + arm + \(random)"), frame: Self.frame, options: options
    ).fit()
    let moments = try fit.moments(of: Self.functions, Self.questions)
    #expect(moments.count == 24)
    let slope = try #require(fit.fixedEffects.first { $0.term == "time" }?.estimate)
    var compared = 0
    for effect in fit.randomEffects {
      let subject = try #require(Int(effect.level.dropFirst()))
      let k = effect.term == "time" ? 1 : 0
      let found = moments[subject]
      // Both are known to the optimiser's last digits: the parameters are the same.
      #expect(abs(found.means[k] - effect.estimate) < 1e-8)
      #expect(abs(found.covariance[k, k].squareRoot() - effect.standardError) < 1e-7)
      // Split terms and correlated residuals have own estimates of another kind.
      if !kind.contains("||"), kind != "ar1:time" {
        #expect(abs(found.own[k] - effect.ownEstimate) < 1e-7)
      }
      if k == 1 {
        #expect(abs(found.means[3] - slope - effect.estimate) < 1e-8)
        #expect(abs(found.covariance[3, 3] - found.covariance[1, 1]) < 1e-9)
        #expect(abs(found.covariance[3, 1] - found.covariance[1, 1]) < 1e-9)
      }
      compared += 1
    }
    #expect(compared == 48)
  }

  @Test func `an effect that is not there is named beside those that are`() throws {
    let fit = try LinearMixedModel(
      try Formula("y ~ time + (1 + time | subject)"), frame: Self.frame
    ).fit()
    let error = #expect(throws: ModelError.self) {
      try fit.moments(of: [.effect("age")], Self.questions)
    }
    #expect(error?.found == "'age'" && error?.expected == "one of (Intercept), time")
  }
}
