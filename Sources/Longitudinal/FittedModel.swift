import BlockGzip
import CPlatform
import MixedModels
import Tables

/// A model fitted to a table: what reports are made of.
package struct FittedModel {
  package let data: FitData
  /// The formula as written.
  package let formula: String
  package let fit: LinearMixedFit
  /// CPU seconds of the fit, reading left out.
  package let cpuSeconds: Double
  package var warnings: [String]

  package var model: LinearMixedModel { fit.model }

  /// - Throws: `InputError` for a table or a model that cannot be fitted.
  package init(
    path: String, formula text: String, options: LinearModelOptions,
    references: [String: String]
  ) throws(InputError) {
    self.formula = text
    var names = options.residual.compactMap(\.variable)
    names += [options.weights, options.offset, options.groupCovariance].compactMap(\.self)
    let input = try ModelTable(
      path: path, formula: text, variables: names, references: references)
    data = input.data
    let start = platform_cpu_seconds()
    let model: LinearMixedModel
    do throws(ModelError) {
      model = try LinearMixedModel(input.formula, frame: data.frame, options: options)
    } catch {
      throw input.error(error)
    }
    fit = model.fit()
    cpuSeconds = platform_cpu_seconds() - start
    warnings = input.mixedColumns + model.warnings
    if case .failed(let reason) = fit.status {
      guard reason != .noResidualVariation else {
        var error = ModelError(
          "the fixed effects explain the response entirely, so no variance can be told",
          found: "residuals of 0", expected: "a response that varies about its mean",
          advice: "check the column, or leave the effects out that determine it")
        error.variables = input.formula.responseVariables
        throw data.error(error)
      }
      warnings.append("the fit failed: \(reason.rawValue)")
    }
    guard !fit.explainsEverything else {
      var error = ModelError(
        "fixed and random effects explain the response entirely, so that no residual is left",
        found: "residuals of 0", expected: "measurements that vary about each group's own line",
        advice: "check the column, or take random effects out")
      error.variables = input.formula.responseVariables
      throw data.error(error)
    }
    if fit.status == .flat {
      warnings.append(
        "not converged: the best point found is reported, where the deviance's largest derivative is "
          + "\(CompactNumber.text(fit.largestGradient))")
    }
    if fit.status == .boundary {
      warnings.append(
        "the optimum lies on the boundary (singular fit): a variance is 0 or a correlation ±1; "
          + "such a term has no intervals")
    }
  }
}
