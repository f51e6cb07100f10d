import ArgumentParser
import Longitudinal
import MixedModels

/// Flags that ask a fit for contrasts, means, slopes and tests.
struct FitQuestionFlags: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A linear combination of coefficients and its test, e.g. 'armtreated + 12 * time:armtreated'.",
      valueName: "expr"))
  var contrast: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Marginal means, and differences from the first level, e.g. 'arm at time = 0, 12'.",
      valueName: "request"))
  var means: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Simple slopes, and differences from the first level, e.g. 'time by arm at age = 40, 60'.",
      valueName: "request"))
  var slopes: [String] = []

  @Flag(help: "Type III tests of the terms: F, or Wald's chi-squared with --family.")
  var anova = false

  @Flag(
    help: "Likelihood-ratio tests of the terms: the model without each of them (with --family).")
  var lrt = false

  @Flag(help: "Likelihood-ratio tests of every random slope, and of intercepts without slopes.")
  var varianceTests = false

  @Option(
    help: ArgumentHelp(
      "Replicates of a parametric bootstrap of tests of variances.", valueName: "b"))
  var bootstrap = 0

  @Option(help: ArgumentHelp("Seed of the random numbers.", valueName: "s"))
  var seed: UInt64 = 1

  func validate() throws {
    guard bootstrap >= 0 else {
      throw ValidationError("--bootstrap \(bootstrap): expected a number of replicates")
    }
    do throws(ModelError) {
      for text in means + slopes { _ = try MarginalRequest(text) }
    } catch {
      throw ValidationError(error.sentence)
    }
  }

  func extras(_ model: FittedModel) throws -> FitExtras {
    let fit = model.fit
    var extras = try extras(ofFixed: fit, data: model.data)
    let options = BootstrapOptions(replicates: bootstrap, seed: seed)
    extras.variances = fit.equalVarianceTests(options)
    if varianceTests { extras.variances += fit.randomEffectTests(options) }
    return extras
  }

  func extras(_ model: FittedGeneralizedModel) throws -> FitExtras {
    var extras = try extras(ofFixed: model.fit, data: model.data)
    guard lrt else { return extras }
    do throws(ModelError) {
      extras.likelihood = try model.fit.likelihoodTests()
    } catch {
      throw model.data.error(error)
    }
    return extras
  }

  private func extras(ofFixed fit: some FixedEffectFit, data: FitData) throws -> FitExtras {
    var extras = FitExtras()
    do throws(ModelError) {
      for text in contrast {
        extras.contrasts.append(fit.test(try LinearCombination(text, names: fit.questions.names)))
      }
      for text in means {
        let found = try fit.means(try MarginalRequest(text))
        extras.means += found.means
        extras.meanDifferences += found.differences
      }
      for text in slopes {
        let found = try fit.slopes(try MarginalRequest(text))
        extras.slopes += found.slopes
        extras.slopeDifferences += found.differences
      }
      if anova { extras.terms = try fit.termTests() }
    } catch {
      throw data.error(error)
    }
    return extras
  }
}
