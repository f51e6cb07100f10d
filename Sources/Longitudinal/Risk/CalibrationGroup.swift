/// Subjects of similar risk: how many events were expected and seen.
package struct CalibrationGroup: Sendable, Equatable {
  package var subjects: Int
  /// The least and the largest risk.
  package var lowest: Double
  package var highest: Double
  /// The mean risk, and the share with an event.
  package var predicted: Double
  package var observed: Double

  /// Groups of equal size in the order of the risk: ten of 200 subjects or more, five of 50, else two.
  package static func groups(risks: [Double], outcome: [Double]) -> [CalibrationGroup] {
    let order = risks.indices.filter { risks[$0].isFinite && !outcome[$0].isNaN }
      .sorted { (risks[$0], $0) < (risks[$1], $1) }
    let count = order.count >= 200 ? 10 : order.count >= 50 ? 5 : 2
    guard order.count >= count else { return [] }
    return (0..<count).map { group in
      let members = order[(group * order.count / count)..<((group + 1) * order.count / count)]
      let size = Double(members.count)
      return CalibrationGroup(
        subjects: members.count, lowest: members.map { risks[$0] }.min() ?? .nan,
        highest: members.map { risks[$0] }.max() ?? .nan,
        predicted: members.reduce(0) { $0 + risks[$1] } / size,
        observed: members.reduce(0) { $0 + outcome[$1] } / size)
    }
  }
}
