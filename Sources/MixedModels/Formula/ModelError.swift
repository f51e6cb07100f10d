/// A model that cannot be built from a formula and its data.
public struct ModelError: Error, Sendable, Equatable {
  /// What is wrong.
  public var what: String
  /// What was found.
  public var found: String?
  /// What would have been right.
  public var expected: String?
  /// What the user can do.
  public var advice: String?
  /// The variables at fault, where the data and not the formula are to blame.
  public var variables: Set<String> = []
  /// The row of the model's data at fault.
  public var row: Int?

  /// Describes what is wrong with a model.
  public init(
    _ what: String, found: String? = nil, expected: String? = nil, advice: String? = nil
  ) {
    self.what = what
    self.found = found
    self.expected = expected
    self.advice = advice
  }
}
