/// A model that cannot be built from a formula and its data.
public struct ModelError: Error, Sendable, Equatable {
  public var what: String
  public var found: String?
  public var expected: String?
  /// What the user can do.
  public var advice: String?

  public init(
    _ what: String, found: String? = nil, expected: String? = nil, advice: String? = nil
  ) {
    self.what = what
    self.found = found
    self.expected = expected
    self.advice = advice
  }
}
