/// How a fit ended. Numerical trouble is a value, never an exception.
public enum FitStatus: Sendable, Equatable, CaseIterable, CustomStringConvertible {
  /// An interior optimum.
  case ok
  /// The optimum lies on the boundary of the cone of covariance matrices, by the
  /// Karush–Kuhn–Tucker conditions.
  case boundary
  /// Not converged; the best point found is reported.
  case flat
  /// No fit; the reason in one word.
  case failed(Reason)

  /// Why a model could not be fitted.
  public enum Reason: String, Sendable, CaseIterable {
    /// The variant's columns are combinations of the covariates.
    case collinear
    /// The response does not vary, or the fixed effects explain it entirely.
    case noResidualVariation = "no_residual_variation"
    /// Too few samples or donors are left for the model.
    case notIdentifiable = "not_identifiable"
    /// The criterion could not be evaluated.
    case numerical
    /// A combination of fixed columns tells the outcomes, so that no finite estimates exist.
    case separation
  }

  /// Every status, in a fixed order.
  public static let allCases: [FitStatus] =
    [.ok, .boundary, .flat] + Reason.allCases.map { .failed($0) }

  /// The status's place in `allCases`.
  package var place: Int {
    switch self {
    case .ok: 0
    case .boundary: 1
    case .flat: 2
    case .failed(.collinear): 3
    case .failed(.noResidualVariation): 4
    case .failed(.notIdentifiable): 5
    case .failed(.numerical): 6
    case .failed(.separation): 7
    }
  }

  /// The status column's text.
  public var description: String {
    switch self {
    case .ok: "ok"
    case .boundary: "boundary"
    case .flat: "flat"
    case .failed(let reason): "failed:\(reason.rawValue)"
    }
  }
}
