/// Which condition a fit is compared over with averages, and of whom.
public struct AveragedRequest: Sendable, Equatable {
  /// A factor of the fixed part, or a number of two values; nil for the only one that varies within
  /// subjects.
  public var condition: String?
  /// A grouping factor as the formula has it; nil for the one that the formula tells.
  public var subject: String?

  /// What the formula tells, but for what is named.
  public init(condition: String? = nil, subject: String? = nil) {
    self.condition = condition
    self.subject = subject
  }
}
