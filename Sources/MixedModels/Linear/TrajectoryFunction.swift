/// A linear function of a subject's trajectory.
package enum TrajectoryFunction: Sendable, Equatable {
  /// A combination of the mean at rows asked about, by their places within the subject.
  case rows([Int: Double])
  /// A random effect, by its name.
  case effect(String)
}
