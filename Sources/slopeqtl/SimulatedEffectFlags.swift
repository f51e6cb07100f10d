import ArgumentParser
import Simulation

/// Effects and variances of the simulated expression; defaults are the library's.
struct SimulatedEffectFlags: ParsableArguments {
  private static let defaults = SimulationOptions()

  @Option(
    help: ArgumentHelp("Fraction of the genes with a genotype × time effect.", valueName: "f"))
  var dynamicFraction = defaults.dynamicGenes

  @Option(
    help: ArgumentHelp(
      "Size of that effect, per allele and unit of time; its sign is random.", valueName: "b"))
  var dynamicEffect = defaults.dynamicEffect

  @Option(
    help: ArgumentHelp("Fraction of the genes with a genotype effect at time 0.", valueName: "f"))
  var mainFraction = defaults.mainGenes

  @Option(
    help: ArgumentHelp("Size of that effect, per allele; its sign is random.", valueName: "b"))
  var mainEffect = defaults.mainEffect

  @Option(
    help: ArgumentHelp("SD over genes of the time effect, per unit of time.", valueName: "sd"))
  var timeEffect = defaults.timeEffect

  @Option(help: ArgumentHelp("Numeric donor-level covariates, besides sex.", valueName: "n"))
  var covariates = defaults.covariates

  @Option(help: ArgumentHelp("SD over genes of each covariate's effect.", valueName: "sd"))
  var covariateEffect = defaults.covariateEffect

  @Option(
    help: ArgumentHelp("SD over genes of the effects of batch and rin; 0 is none.", valueName: "sd")
  )
  var technicalEffect = defaults.technicalEffect

  @Option(help: ArgumentHelp("SD of the donors' random intercepts, at time 0.", valueName: "sd"))
  var sdIntercept = defaults.sdIntercept

  @Option(help: ArgumentHelp("SD of the donors' random slopes, per unit of time.", valueName: "sd"))
  var sdSlope = defaults.sdSlope

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Correlation of random intercept and slope.", valueName: "r"))
  var corInterceptSlope = defaults.correlation

  @Option(help: ArgumentHelp("SD of the residual, of a woman at time 0.", valueName: "sd"))
  var sdResidual = defaults.sdResidual

  @Option(
    help: ArgumentHelp("Skewness of the residual, from 0 to below 2.", valueName: "g"))
  var residualSkewness = defaults.residualSkewness

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Growth of the residual's log SD per unit of time: SD at t is that at 0 times exp(r·t).",
      valueName: "r"))
  var residualGrowth = defaults.residualGrowth

  @Option(
    help: ArgumentHelp("SD of the residual of men over that of women.", valueName: "ratio"))
  var residualSexRatio = defaults.residualSexRatio

  @Option(
    help: ArgumentHelp(
      "SD over genes of the effect of pc1 on the slope; needs --structure.", valueName: "sd"))
  var structureSlope = defaults.structureSlope

  /// Puts the flags' values into `options`.
  func apply(to options: inout SimulationOptions) {
    options.dynamicGenes = dynamicFraction
    options.dynamicEffect = dynamicEffect
    options.mainGenes = mainFraction
    options.mainEffect = mainEffect
    options.timeEffect = timeEffect
    options.covariates = covariates
    options.covariateEffect = covariateEffect
    options.technicalEffect = technicalEffect
    options.sdIntercept = sdIntercept
    options.sdSlope = sdSlope
    options.correlation = corInterceptSlope
    options.sdResidual = sdResidual
    options.residualSkewness = residualSkewness
    options.residualGrowth = residualGrowth
    options.residualSexRatio = residualSexRatio
    options.structureSlope = structureSlope
  }
}
