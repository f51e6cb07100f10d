import BlockGzip
import OrderedCollections

/// Visits with the visit before them, within subjects.
///
/// Only visits that have both processes and all covariates count: what one of them was at a visit tells
/// about the other's residual there. A visit whose past is too long ago begins a new run.
package struct LaggedPairs: Sendable {
  package struct Pair: Sendable, Equatable {
    /// Rows of the later and of the earlier visit.
    package var row: Int
    package var previous: Int
    /// Index of the run.
    package var run: Int
  }

  /// Pairs in a row, each beginning where the one before ends.
  package struct Run: Sendable, Equatable {
    package var subject: String
    /// The row of the first visit.
    package var first: Int
    package var pairCount = 0
  }

  package let rule: LagRule
  package private(set) var pairs: [Pair] = []
  package private(set) var runs: [Run] = []
  /// Visits that are left out, by reason.
  package private(set) var droppedVisits: OrderedDictionary<String, Int> = [:]
  /// Consecutive visits that are no pair: too far apart.
  package private(set) var droppedGaps = 0
  /// Rows of the visits that count, subject by subject in order of time.
  package private(set) var visits: [[Int]] = []
  package private(set) var subjectCount = 0
  /// Subjects without a pair.
  package private(set) var subjectsWithoutPair = 0
  /// The shortest, the mean and the longest gap of a pair; NaN without any.
  package private(set) var gaps = (least: Double.nan, mean: Double.nan, most: Double.nan)

  /// - Parameter maximumGap: the longest gap of a pair; nil where times must be regular, and a pair
  ///   is one step.
  /// - Throws: `InputError` for two rows of one subject at one time, irregular times, no pairs.
  package init(_ rows: LagRows, maximumGap: Double?) throws(InputError) {
    let bySubject = try Self.bySubject(rows)
    subjectCount = bySubject.count
    var (visits, dropped) = ([[Int]](), OrderedDictionary<String, Int>())
    for own in bySubject.values {
      visits.append(
        own.filter { row in
          guard let reason = Self.reason(row, of: rows) else { return true }
          dropped[reason, default: 0] += 1
          return false
        })
    }
    if rows.unplacedCount > 0 { dropped["without subject or time"] = rows.unplacedCount }
    if let maximumGap {
      rule = .within(maximumGap)
    } else {
      let gaps = visits.flatMap { own in
        zip(own, own.dropFirst()).map { rows.times[$1] - rows.times[$0] }
      }
      rule = try LagRule(regular: gaps, of: rows)
    }
    self.visits = visits
    droppedVisits = dropped
    for own in visits { append(own, of: rows) }
    let used = pairs.map { rows.times[$0.row] - rows.times[$0.previous] }
    guard let least = used.min(), let most = used.max() else {
      throw InputError(
        "no visit has another one before it within reach", path: rows.path,
        column: rows.names.time, found: "\(droppedGaps) gaps, all above the longest allowed",
        expected: "consecutive visits with both processes", advice: "give a larger --max-gap")
    }
    gaps = (least, used.reduce(0, +) / Double(used.count), most)
  }

  private mutating func append(_ own: [Int], of rows: LagRows) {
    guard let first = own.first else {
      subjectsWithoutPair += 1
      return
    }
    let before = pairs.count
    var run = Run(subject: rows.subjects[first], first: first)
    func close(_ run: Run) { if run.pairCount > 0 { runs.append(run) } }
    for (previous, row) in zip(own, own.dropFirst()) {
      guard rule.allows(rows.times[row] - rows.times[previous]) else {
        droppedGaps += 1
        close(run)
        run = Run(subject: rows.subjects[row], first: row)
        continue
      }
      run.pairCount += 1
      pairs.append(Pair(row: row, previous: previous, run: runs.count))
    }
    close(run)
    if pairs.count == before { subjectsWithoutPair += 1 }
  }

  /// Rows by subject in order of time.
  private static func bySubject(
    _ rows: LagRows
  ) throws(InputError) -> OrderedDictionary<String, [Int]> {
    var bySubject: OrderedDictionary<String, [Int]> = [:]
    for row in 0..<rows.count { bySubject[rows.subjects[row], default: []].append(row) }
    // So that no number depends on the order of the rows.
    bySubject.sort { $0.key < $1.key }
    for (subject, own) in bySubject {
      let sorted = own.sorted { (rows.times[$0], $0) < (rows.times[$1], $1) }
      for (one, other) in zip(sorted, sorted.dropFirst()) where rows.times[one] == rows.times[other]
      {
        throw InputError(
          "two rows of one subject at one time", path: rows.path, line: rows.places[other].line,
          column: rows.names.time,
          found: "'\(subject)' at \(CompactNumber.text(rows.times[one])) in "
            + "\(rows.places[one].text) and \(rows.places[other].text)",
          expected: "one row per subject and time", advice: "remove or average one of them")
      }
      bySubject[subject] = sorted
    }
    return bySubject
  }

  /// Why a visit does not count; nil where it does.
  private static func reason(_ row: Int, of rows: LagRows) -> String? {
    switch (rows.x[row].isNaN, rows.y[row].isNaN) {
    case (true, true): "without both processes"
    case (true, false): "without \(rows.names.x)"
    case (false, true): "without \(rows.names.y)"
    case (false, false): rows.missingCovariate(row).map { "without \($0)" }
    }
  }
}
