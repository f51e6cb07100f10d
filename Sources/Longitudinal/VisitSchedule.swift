import BlockGzip
import MixedModels

/// When a subject should be seen again: the earliest time at which a new measurement is beyond a
/// threshold with a given probability.
package struct VisitSchedule {
  package struct Visit: Sendable {
    package enum Status: String, Sendable {
      /// The risk is reached at the time given.
      case due
      /// It is reached already at the first time looked at.
      case now
      /// It is not reached before the end of the search, which is the time given.
      case later
      /// A variable is missing.
      case unknown
    }

    package var subject: String
    package var time: Double
    /// The probability at that time.
    package var risk: Double
    package var status: Status
  }

  package var threshold: Threshold
  package var risk: Double
  /// The variable of time.
  package var time: String
  /// Where the search ends, in units of time.
  package var until: Double

  package init(threshold: Threshold, risk: Double, time: String, until: Double) {
    self.threshold = threshold
    self.risk = risk
    self.time = time
    self.until = until
  }

  /// Steps of the search between a subject's last time and the end; within a step the probability is
  /// taken to cross once.
  private static let steps = 60

  /// One visit per subject of the rows, from each one's last time on.
  ///
  /// - Throws: `InputError` for rows that cannot be predicted.
  package func visits(
    _ rows: SubjectRows, fit: LinearMixedFit
  ) throws(InputError) -> [Visit] {
    let subjects = rows.subjects
    var grid = subjects.map { subject in
      (0...Self.steps).map { step in
        subject.lastTime + (max(until, subject.lastTime) - subject.lastTime) * Double(step)
          / Double(Self.steps)
      }
    }
    var risks = try probabilities(rows, grid, fit)
    var visits: [Visit] = []
    var brackets: [(low: Double, high: Double)] = []
    for (index, subject) in subjects.enumerated() {
      let times = grid[index]
      if risks[index].contains(where: \.isNaN) {
        visits.append(Visit(subject: subject.name, time: .nan, risk: .nan, status: .unknown))
        brackets.append((times[0], times[0]))
        continue
      }
      guard let first = risks[index].firstIndex(where: { $0 >= risk }) else {
        visits.append(
          Visit(
            subject: subject.name, time: times[Self.steps], risk: risks[index][Self.steps],
            status: .later))
        brackets.append((times[0], times[0]))
        continue
      }
      visits.append(
        Visit(
          subject: subject.name, time: times[first], risk: risks[index][first],
          status: first == 0 ? .now : .due))
      brackets.append((times[max(0, first - 1)], times[first]))
    }
    // Nine points within each bracket, again and again: 1e-7 of a step after seven rounds.
    for _ in 0..<7 {
      grid = brackets.map { bracket in
        (1...9).map { bracket.low + (bracket.high - bracket.low) * Double($0) / 10 }
      }
      risks = try probabilities(rows, grid, fit)
      for index in visits.indices where visits[index].status == .due {
        let width = (brackets[index].high - brackets[index].low) / 10
        let place = risks[index].firstIndex { $0 >= risk }
        let end = place.map { grid[index][$0] } ?? brackets[index].high
        if let place { (visits[index].time, visits[index].risk) = (end, risks[index][place]) }
        brackets[index] = (end - width, end)
      }
    }
    return visits
  }

  /// By subject and time.
  private func probabilities(
    _ rows: SubjectRows, _ times: [[Double]], _ fit: LinearMixedFit
  ) throws(InputError) -> [[Double]] {
    var data = rows.data
    let start = data.rows.count
    data.append(
      zip(rows.subjects, times).flatMap { subject, times in times.map { (subject, $0) } },
      named: time)
    let predictions = try data.predictions(of: fit)
    var next = start
    return times.map { times in
      defer { next += times.count }
      return times.indices.map { index in
        predictions[next + index].map(threshold.probability) ?? .nan
      }
    }
  }
}
