/// A gene of counts or binary outcomes without a variant.
package struct GeneralizedNull: Sendable {
  package let status: FitStatus
  package let components: VarianceComponents
  /// As the layout names them.
  package let furtherComponents: [Double]
  /// −2 log-likelihood by Laplace's approximation.
  package let deviance: Double

  init(_ result: Result<GeneralizedOptimum, GeneralizedPairModel.Failure>, layout: ComponentLayout)
  {
    switch result {
    case .success(let end):
      status = end.optimum.status
      deviance = end.deviance
      (components, furtherComponents) = layout.components(
        covariances: end.covariances, residualVariance: .nan, phi: [])
    case .failure(let failure):
      status = .failed(failure.reason)
      deviance = .nan
      components = .missing
      furtherComponents = [Double](repeating: .nan, count: layout.names.count)
    }
  }
}
