/// What standard errors and degrees of freedom of a fit come from.
enum Inference {
  /// Degrees of freedom that no fit changes, with the model's standard errors.
  case fixed(degreesOfFreedom: Double)
  case satterthwaite(SurfaceCurvature)
  case kenwardRoger(KenwardRoger)
}
