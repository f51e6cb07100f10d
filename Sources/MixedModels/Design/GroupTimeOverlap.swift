/// Whether groups of subjects were seen over times that overlap: otherwise what time does and what the
/// group does cannot be told apart, though the columns of a model are independent.
package struct GroupTimeOverlap {
  /// Times of one group.
  private struct Group {
    var name: String
    var times: ClosedRange<Double>

    var text: String { "'\(name)' at \(times.lowerBound) to \(times.upperBound)" }
  }

  private let groups: [Group]

  /// - Parameters:
  ///   - groups: the group of every row; where it varies within a subject there is nothing to check.
  ///   - subjects: of every row.
  package init(groups values: [String], subjects: [Int], times: [Double]) {
    self.init(groups: FactorCodes(values), subjects: subjects, times: times)
  }

  /// - Parameter subjects: of every row, from 0.
  init(groups codes: FactorCodes, subjects: [Int], times: [Double]) {
    var ofSubject = [Int](repeating: -1, count: (subjects.max() ?? -1) + 1)
    var sizes = [Int](repeating: 0, count: codes.names.count)
    var first = [Double](repeating: .infinity, count: sizes.count)
    var last = [Double](repeating: -.infinity, count: sizes.count)
    for (row, group) in codes.levelOfRow.enumerated() {
      let known = ofSubject[subjects[row]]
      guard known < 0 || known == group else {
        groups = []
        return
      }
      if known < 0 {
        ofSubject[subjects[row]] = group
        sizes[group] += 1
      }
      first[group] = min(first[group], times[row])
      last[group] = max(last[group], times[row])
    }
    // A subject by itself is no group, and every subject's own id would be one.
    groups = codes.names.indices.filter { sizes[$0] > 1 }
      .map { Group(name: codes.names[$0], times: first[$0]...last[$0]) }
      .sorted { ($0.times.lowerBound, $0.name) < ($1.times.lowerBound, $1.name) }
  }

  /// - Parameters:
  ///   - group: the variable that holds the groups.
  ///   - time: the variable that holds the times.
  /// - Throws: `ModelError` for the first group that shares no time with any other.
  package func check(
    group name: String, time: String, subject: String = "subjects", advice: String
  ) throws(ModelError) {
    guard groups.count > 1 else { return }
    for group in groups {
      let overlaps = groups.contains { $0.name != group.name && $0.times.overlaps(group.times) }
      guard !overlaps else { continue }
      let others = groups.filter { $0.name != group.name }.prefix(4).map(\.text)
      var error = ModelError(
        "\(time) and '\(name)' are confounded: \(subject) of one group share no \(time) with the "
          + "others",
        found: "\(group.text), \(others.joined(separator: ", "))",
        expected: "groups seen over overlapping times", advice: advice)
      error.variables = [name]
      throw error
    }
  }
}
