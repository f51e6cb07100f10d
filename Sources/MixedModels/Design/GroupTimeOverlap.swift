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
  package init(groups values: [String], subjects: [Int], times all: [Double]) {
    var ofSubject: [Int: String] = [:]
    var times: [String: ClosedRange<Double>] = [:]
    for (row, value) in values.enumerated() {
      guard ofSubject[subjects[row], default: value] == value else {
        groups = []
        return
      }
      ofSubject[subjects[row]] = value
      let time = all[row]
      let known = times[value] ?? time...time
      times[value] = min(known.lowerBound, time)...max(known.upperBound, time)
    }
    // A subject by itself is no group, and every subject's own id would be one.
    let sizes = Dictionary(grouping: ofSubject.values) { $0 }.mapValues(\.count)
    groups = times.filter { sizes[$0.key, default: 0] > 1 }
      .map { Group(name: $0.key, times: $0.value) }
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
