import ArgumentParser
import Association
import Genotypes
import Results

/// What of a finished scan is exported.
struct ExportFlags: ParsableArguments {
  @Option(help: ArgumentHelp("Only this gene; may be given several times.", valueName: "id"))
  var gene: [String] = []

  @Option(
    help: ArgumentHelp("Only variants in this region.", valueName: "chr:from-to"),
    transform: GenomicRegion.parse)
  var region: GenomicRegion?

  @Option(
    help: ArgumentHelp(
      "The effect: gi, genotype × time, or g, genotype at the time centre. (default: gi)",
      valueName: "gi|g"))
  var effect: TestedEffect?

  @Option(
    help: ArgumentHelp(
      "Only genes with a q-value up to this: of susie all files, of mashr the strong rows.",
      valueName: "rate"))
  var fdr: Double?

  @Option(
    help: ArgumentHelp(
      "mashr: times of the effects, with commas. (default: all of the cohort)",
      valueName: "t1,t2"))
  var times: String?

  @Option(
    help: ArgumentHelp(
      "mashr: rows of the random set. (default: 20000)", valueName: "rows"))
  var random: Int?

  @Option(help: ArgumentHelp("mashr: where the random set starts. (default: 1)", valueName: "seed"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "fastenloc: probability that a variant is causal. (default: 1e-4)", valueName: "p"))
  var prior: Double?

  /// The numbers of `--times`; nil where one is none.
  private static func numbers(_ text: String) -> [Double]? {
    let all = text.split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0.filter { $0 != " " })
    }
    let found = all.compactMap(\.self)
    return found.count == all.count && found.allSatisfy(\.isFinite) ? found : nil
  }

  func check(_ format: ExportFormat) throws {
    if let times {
      guard let numbers = Self.numbers(times), Set(numbers).count == numbers.count else {
        throw ValidationError(
          "--times '\(times)': expected different numbers with commas, such as 0,5")
      }
    }
    if let fdr, !(fdr > 0 && fdr <= 1) {
      throw ValidationError("--fdr \(fdr): expected above 0, up to 1")
    }
    if let random, random < 1 { throw ValidationError("--random \(random): expected 1 or more") }
    if let prior, !(prior > 0 && prior < 1) {
      throw ValidationError("--prior \(prior): expected between 0 and 1")
    }
    if format == .susie, gene.isEmpty, region == nil, fdr == nil {
      throw ValidationError(
        "--to susie writes a matrix a gene: expected --gene, --region or --fdr")
    }
    try refuse(times != nil, "--times", unless: format == .mashr, "mashr")
    try refuse(random != nil, "--random", unless: format == .mashr, "mashr")
    try refuse(seed != nil, "--seed", unless: format == .mashr, "mashr")
    try refuse(prior != nil, "--prior", unless: format == .fastenloc, "fastenloc")
    try refuse(fdr != nil, "--fdr", unless: format == .mashr || format == .susie, "susie and mashr")
    try refuse(
      effect != nil, "--effect", unless: format.takesOneEffect,
      "formats of one effect, which mashr is not"
    )
  }

  private func refuse(
    _ isGiven: Bool, _ flag: String, unless isUsed: Bool, _ users: String
  ) throws {
    guard isGiven, !isUsed else { return }
    throw ValidationError("\(flag): is for \(users)")
  }

  func request(_ format: ExportFormat, output: String) -> ExportRequest {
    var request = ExportRequest(format: format, output: output)
    request.genes = gene.isEmpty ? nil : Set(gene)
    request.region = region
    request.effect = effect ?? .interaction
    request.falseDiscoveryRate = fdr
    request.times = times.flatMap(Self.numbers)
    if let random { request.randomCount = random }
    if let seed { request.seed = seed }
    if let prior { request.prior = prior }
    return request
  }
}
