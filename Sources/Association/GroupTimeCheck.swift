import Cohort
import MixedModels

/// Refuses groups of donors that were seen at different times: what time does and what the group does
/// cannot be told apart then, though the columns of the model are independent.
struct GroupTimeCheck {
  let cohort: Cohort
  let formula: Formula

  /// Times of one group.
  private struct Group {
    var name: String
    var times: ClosedRange<Double>

    var text: String { "'\(name)' at \(times.lowerBound) to \(times.upperBound)" }
  }

  /// - Throws: `ModelError` for the first variable of the formula whose groups share no time with any
  ///   other group.
  func check() throws(ModelError) {
    for name in formula.variables.sorted() where cohort.columns[name] != nil {
      let groups = groups(of: name).sorted { $0.times.lowerBound < $1.times.lowerBound }
      guard groups.count > 1 else { continue }
      for group in groups {
        let overlaps = groups.contains { $0.name != group.name && $0.times.overlaps(group.times) }
        guard !overlaps else { continue }
        let others = groups.filter { $0.name != group.name }.prefix(4).map(\.text)
        var error = ModelError(
          "time and '\(name)' are confounded: donors of one group share no time with the others",
          found: "\(group.text), \(others.joined(separator: ", "))",
          expected: "groups seen over overlapping times",
          advice: "leave '\(name)' out of the formula, or scan each group by itself (--keep-donors)"
        )
        error.variables = [name]
        throw error
      }
    }
  }

  /// Groups of donors by a column that is constant within them: text, or one of two numbers.
  private func groups(of name: String) -> [Group] {
    guard let column = cohort.columns[name] else { return [] }
    let values: [String]
    switch column {
    case .text(let texts): values = texts
    case .numeric(let numbers):
      guard Set(numbers).count == 2 else { return [] }
      values = numbers.map { "\($0)" }
    }
    var ofDonor: [Int: String] = [:]
    var times: [String: ClosedRange<Double>] = [:]
    for (sample, value) in values.enumerated() {
      let donor = cohort.donorOfSample[sample]
      guard ofDonor[donor, default: value] == value else { return [] }
      ofDonor[donor] = value
      let time = cohort.time[sample]
      let known = times[value] ?? time...time
      times[value] = min(known.lowerBound, time)...max(known.upperBound, time)
    }
    // A donor by itself is no group, and every donor's own id would be one.
    let sizes = Dictionary(grouping: ofDonor.values) { $0 }.mapValues(\.count)
    return times.filter { sizes[$0.key, default: 0] > 1 }.map {
      Group(name: $0.key, times: $0.value)
    }
  }
}
