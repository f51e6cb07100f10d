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
    let grid = subjects.map { subject in
      (0...Self.steps).map { step in
        subject.lastTime + (max(until, subject.lastTime) - subject.lastTime) * Double(step)
          / Double(Self.steps)
      }
    }
    let risks = try probabilities(rows, Array(zip(subjects, grid)), fit)
    var visits: [Visit] = []
    var due: [(visit: Int, low: Double, high: Double)] = []
    for (index, subject) in subjects.enumerated() {
      let times = grid[index]
      if risks[index].contains(where: \.isNaN) {
        visits.append(Visit(subject: subject.name, time: .nan, risk: .nan, status: .unknown))
        continue
      }
      let first = risks[index].firstIndex { $0 >= risk }
      let place = first ?? Self.steps
      visits.append(
        Visit(
          subject: subject.name, time: times[place], risk: risks[index][place],
          status: first.map { $0 == 0 ? .now : .due } ?? .later))
      if let first, first > 0 { due.append((index, times[first - 1], times[first])) }
    }
    // Nine points within each bracket, again and again: 1e-7 of a step after seven rounds.
    for _ in 0..<7 {
      let grid = due.map { item in
        (1...9).map { item.low + (item.high - item.low) * Double($0) / 10 }
      }
      let risks = try probabilities(
        rows, zip(due, grid).map { (subjects[$0.visit], $1) }, fit)
      for (k, item) in due.enumerated() {
        let width = (item.high - item.low) / 10
        let place = risks[k].firstIndex { $0 >= risk }
        let end = place.map { grid[k][$0] } ?? item.high
        if let place { (visits[item.visit].time, visits[item.visit].risk) = (end, risks[k][place]) }
        (due[k].low, due[k].high) = (end - width, end)
      }
    }
    return visits
  }

  /// By subject and time.
  private func probabilities(
    _ rows: SubjectRows, _ wanted: [(subject: SubjectRows.Subject, times: [Double])],
    _ fit: LinearMixedFit
  ) throws(InputError) -> [[Double]] {
    let data = rows.data.moved(
      wanted.flatMap { subject, times in times.map { (subject, $0) } }, named: time,
      keeping: rows.informing)
    let predictions = try data.predictions(of: fit)
    var next = rows.informing.count
    return wanted.map { _, times in
      defer { next += times.count }
      return times.indices.map { index in
        predictions[next + index].map(threshold.probability) ?? .nan
      }
    }
  }
}
