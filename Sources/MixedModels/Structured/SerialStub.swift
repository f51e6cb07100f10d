struct SerialCorrelation: Sendable {
  var subjectOfRow: [Int]
  var times: [Double]
  var allowsNegative: Bool
}
extension ResidualVariance {
  var serial: SerialCorrelation? {
    get { nil }
    set {}
  }
}
