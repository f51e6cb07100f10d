/// One way in which the residuals of a model differ from independent ones of equal variance.
public enum ResidualModel: Sendable, Equatable {
  /// An SD for every level of a variable (nlme's `varIdent`).
  case by(String)
  /// SD σ exp(φx) (nlme's `varExp`).
  case exponential(String)
  /// SD σ|x|^δ (nlme's `varPower`).
  case power(String)
  /// SD σ|ŷ|^δ, with ŷ the fitted values, BLUPs included (nlme's `varPower(form = ~ fitted(.))`).
  case powerOfFitted
  /// Correlation ρ^|t − s| between a subject's residuals at times t and s (nlme's `corAR1` at whole
  /// times, else `corCAR1`).
  case serial(String)

  /// The variable it uses.
  public var variable: String? {
    switch self {
    case .by(let name), .exponential(let name), .power(let name), .serial(let name): name
    case .powerOfFitted: nil
    }
  }
}
