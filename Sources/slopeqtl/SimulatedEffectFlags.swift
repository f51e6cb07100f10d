import ArgumentParser
import Simulation

/// Effects and variances of the simulated expression; defaults are the library's.
struct SimulatedEffectFlags: ParsableArguments {
  private static let defaults = SimulationOptions()

  @Option(
    help: help("Fraction of the genes with a genotype × time effect.", \.dynamicGenes, "f"))
  var dynamicFraction: Double?

  @Option(
    help: help(
      "Size of that effect, per allele and unit of time; its sign is random.", \.dynamicEffect, "b")
  )
  var dynamicEffect: Double?

  @Option(
    help: help("Fraction of the genes with a genotype effect at time 0.", \.mainGenes, "f"))
  var mainFraction: Double?

  @Option(
    help: help("Size of that effect, per allele; its sign is random.", \.mainEffect, "b"))
  var mainEffect: Double?

  @Option(
    help: help("SD over genes of the time effect, per unit of time.", \.timeEffect, "sd"))
  var timeEffect: Double?

  @Option(
    help: help("Numeric donor-level covariates, besides sex.", \.covariates, "n"))
  var covariates: Int?

  @Option(
    help: help("SD over genes of each covariate's effect.", \.covariateEffect, "sd"))
  var covariateEffect: Double?

  @Option(
    help: help("SD over genes of the effects of batch and rin; 0 is none.", \.technicalEffect, "sd")
  )
  var technicalEffect: Double?

  @Option(
    help: help("SD of the donors' random intercepts, at time 0.", \.sdIntercept, "sd"))
  var sdIntercept: Double?

  @Option(
    help: help("SD of the donors' random slopes, per unit of time.", \.sdSlope, "sd"))
  var sdSlope: Double?

  @Option(
    parsing: .unconditional,
    help: help("Correlation of random intercept and slope.", \.correlation, "r"))
  var corInterceptSlope: Double?

  @Option(
    help: help("SD of the residual, of a woman at time 0.", \.sdResidual, "sd"))
  var sdResidual: Double?

  @Option(
    help: help("Skewness of the residual, from 0 to below 2.", \.residualSkewness, "g"))
  var residualSkewness: Double?

  @Option(
    parsing: .unconditional,
    help: help(
      "Growth of the residual's log SD per unit of time: SD at t is that at 0 times exp(r·t).",
      \.residualGrowth, "r"))
  var residualGrowth: Double?

  @Option(
    help: help("SD of the residual of men over that of women.", \.residualSexRatio, "ratio"))
  var residualSexRatio: Double?

  @Option(
    help: help(
      "SD over genes of the effect of pc1 on the slope; needs --structure.", \.structureSlope, "sd")
  )
  var structureSlope: Double?

  /// The flags of real numbers, what was given of each, and where it goes.
  private var numbers:
    [(flag: String, value: Double?, option: WritableKeyPath<SimulationOptions, Double>)]
  {
    [
      ("--dynamic-fraction", dynamicFraction, \.dynamicGenes),
      ("--dynamic-effect", dynamicEffect, \.dynamicEffect),
      ("--main-fraction", mainFraction, \.mainGenes),
      ("--main-effect", mainEffect, \.mainEffect),
      ("--time-effect", timeEffect, \.timeEffect),
      ("--covariate-effect", covariateEffect, \.covariateEffect),
      ("--technical-effect", technicalEffect, \.technicalEffect),
      ("--sd-intercept", sdIntercept, \.sdIntercept),
      ("--sd-slope", sdSlope, \.sdSlope),
      ("--cor-intercept-slope", corInterceptSlope, \.correlation),
      ("--sd-residual", sdResidual, \.sdResidual),
      ("--residual-skewness", residualSkewness, \.residualSkewness),
      ("--residual-growth", residualGrowth, \.residualGrowth),
      ("--residual-sex-ratio", residualSexRatio, \.residualSexRatio),
      ("--structure-slope", structureSlope, \.structureSlope),
    ]
  }

  /// The flags that were given.
  var given: [String] {
    numbers.filter { $0.value != nil }.map(\.flag) + (covariates == nil ? [] : ["--covariates"])
  }

  /// Puts what was given in place of the defaults.
  func apply(to options: inout SimulationOptions) {
    for (_, value, option) in numbers { if let value { options[keyPath: option] = value } }
    options.covariates = covariates ?? options.covariates
  }

  private static func help(
    _ text: String, _ option: KeyPath<SimulationOptions, some Numeric>, _ name: String
  ) -> ArgumentHelp {
    let value = "\(defaults[keyPath: option])"
    let short = value.hasSuffix(".0") ? String(value.dropLast(2)) : value
    return ArgumentHelp("\(text) (default: \(short))", valueName: name)
  }
}
