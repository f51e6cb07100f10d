import Association
import Genotypes

/// What a scan of the inputs would do and cost.
struct CheckedScan: CheckReport {
  struct Inputs: Encodable {
    var donors: Int
    var genotypedDonors: Int
    var samples: Int
    var samplesPerDonor: CountRange?
    /// Ids ignored or dropped, and why.
    var notes: [String]
    var warnings: [String]
  }

  struct Model: Encodable {
    var formula: String
    var criterion: String
    var degreesOfFreedom: String
    var refit: String
    var timeCenter: Double
    var fixedColumns: [String]
    var genotypeColumns: [String]
    var testedColumn: String
    var randomPart: String
    var randomColumns: [String]
    var randomEffects: Int
    /// Always true: a model that is not identifiable is an error.
    var identifiable = true
    var donorFreedom: CheckedDonorFreedom
  }

  struct Pattern: Encodable {
    /// nil where the random part does not tell apart donors that were seen at other times.
    var times: [Double]?
    var visits: Int
    var donors: Int
  }

  struct VisitPatterns: Encodable {
    var count: Int
    var mostFrequent: [Pattern]
  }

  struct Verdicts: Encodable {
    var tested: Int
    var allMissing: Int
    var tooManyMissing: Int
    var monomorphic: Int
    var belowFrequency: Int
    var belowCount: Int
    var smallClass: Int
  }

  struct Genotypes: Encodable {
    var dosagesFrom: String
    var effectAllele: String
    var records: Int
    var variants: Verdicts
    var allelesWithoutDosage: Int
    var haploidCalls: Int
    var ploidyCoding: String
    var clampedDosages: Int
    var deselected: Int
    var chromosomes: [String]
  }

  struct Genes: Encodable {
    var listed: Int
    var scanned: Int
    var withoutValues: Int
    var constant: Int
    var lackingSamples: Int
    var notIdentifiable: Int
    var withoutVariants: Int
    var chromosomesMatched: [String]
    var chromosomesWithoutVariants: [String]
  }

  struct Cost: Encodable {
    var rows: Int
    var pairsTableGb: Double
    var cpuHours: Double
    var threads: Int
    var wallHours: Double
    var memoryGb: Double
  }

  var kind = "scan"
  var inputs: Inputs
  var model: Model
  var visitPatterns: VisitPatterns
  var genotypes: Genotypes
  var genes: Genes
  var pairs: Int
  var cost: Cost

  init(_ estimate: ScanEstimate, warnings: [String]) {
    let plan = estimate.inputs.plan
    let cohort = plan.cohort
    let design = estimate.inputs.design
    let options = estimate.inputs.options
    let source = estimate.inputs.source
    inputs = Inputs(
      donors: cohort.donorIDs.count, genotypedDonors: source.donorIDs.count,
      samples: cohort.sampleIDs.count, samplesPerDonor: CountRange(design.donorRows.map(\.count)),
      notes: cohort.notes + plan.notes, warnings: warnings)
    model = Model(
      formula: plan.formula.text, criterion: options.criterion.rawValue,
      degreesOfFreedom: options.degreesOfFreedom.rawValue, refit: options.refit.rawValue,
      timeCenter: plan.timeCentre, fixedColumns: plan.matrices.fixedNames,
      genotypeColumns: plan.matrices.genotypeNames,
      testedColumn: plan.columns.tested.map { plan.matrices.genotypeNames[$0] }
        .joined(separator: ", "),
      randomPart: plan.formula.random.map { "(\($0.text))" }.joined(separator: " + "),
      randomColumns: plan.matrices.randomTerms.flatMap(\.columnNames),
      randomEffects: plan.matrices.randomTerms.reduce(0) {
        $0 + $1.columns.columns * $1.levelCount
      },
      donorFreedom: CheckedDonorFreedom(plan.matrices))
    visitPatterns = VisitPatterns(
      count: design.patternCount, mostFrequent: Self.patterns(estimate.inputs))
    let verdicts = { (verdict: VariantVerdict) in estimate.verdicts[verdict.rawValue] }
    genotypes = Genotypes(
      dosagesFrom: source.fieldDescription, effectAllele: source.effectAllele,
      records: source.counts.records,
      variants: Verdicts(
        tested: verdicts(.tested), allMissing: verdicts(.allMissing),
        tooManyMissing: verdicts(.tooManyMissing), monomorphic: verdicts(.monomorphic),
        belowFrequency: verdicts(.belowFrequency), belowCount: verdicts(.belowCount),
        smallClass: verdicts(.smallClass)),
      allelesWithoutDosage: source.counts.allelesWithoutDosage,
      haploidCalls: source.counts.haploidCalls,
      ploidyCoding: PloidyCoding(options, source).coding,
      clampedDosages: source.counts.clampedDosages,
      deselected: source.counts.deselected, chromosomes: source.chromosomes)
    let genes = estimate.genes
    self.genes = Genes(
      listed: genes.listed, scanned: genes.scanned, withoutValues: genes.withoutValues,
      constant: genes.constant, lackingSamples: genes.lackingSamples,
      notIdentifiable: genes.notIdentifiable, withoutVariants: genes.withoutVariants,
      chromosomesMatched: estimate.chromosomes.matched,
      chromosomesWithoutVariants: estimate.chromosomes.unmatched)
    pairs = estimate.pairs
    let cost = estimate.cost
    self.cost = Cost(
      rows: cost.rows, pairsTableGb: cost.tableBytes / 1e9, cpuHours: cost.cpuSeconds / 3600,
      threads: cost.threads, wallHours: cost.wallSeconds / 3600, memoryGb: cost.memoryBytes / 1e9)
  }

  /// The patterns that most donors share; of equally frequent ones the first in donor order.
  private static func patterns(_ inputs: ScanInputs) -> [Pattern] {
    let rows = inputs.design.donorRows
    let patterns = inputs.design.patterns.map { pattern in
      let times = Set(pattern.donors.map { rows[$0].map { inputs.plan.cohort.time[$0] } })
      return Pattern(
        times: times.count == 1 ? times.first : nil,
        visits: rows[pattern.donors.lowerBound].count, donors: pattern.donors.count)
    }
    let order = patterns.indices.sorted {
      (patterns[$1].donors, $0) < (patterns[$0].donors, $1)
    }
    return order.prefix(5).map { patterns[$0] }
  }
}

// MARK: Text

extension CheckedScan {
  var lines: [String] {
    let sections = [inputLines, modelLines, patternLines, genotypeLines, geneLines, costLines]
    return Array(sections.joined(separator: [""]))
  }

  private var inputLines: [String] {
    [
      CheckText.line("donors", "\(inputs.donors) of \(inputs.genotypedDonors) genotyped"),
      CheckText.line("samples", inputs.samples),
      CheckText.line("samples a donor", inputs.samplesPerDonor?.text ?? "none"),
    ] + inputs.notes.map { CheckText.line("note", $0) }
      + inputs.warnings.map { CheckText.line("warning", $0) }
  }

  private var modelLines: [String] {
    [
      CheckText.line("formula", model.formula),
      CheckText.line("time centre", CheckText.number(model.timeCenter)),
      CheckText.line(
        "fixed columns",
        "\(model.fixedColumns.count): \(model.fixedColumns.joined(separator: ", "))"),
      CheckText.line(
        "genotype columns",
        "\(model.genotypeColumns.count): \(model.genotypeColumns.joined(separator: ", "))"
          + " (tested: \(model.testedColumn))"),
      CheckText.line(
        "random part",
        "\(model.randomPart): \(model.randomColumns.joined(separator: ", ")); "
          + "\(model.randomEffects) random effects"),
      CheckText.line("identifiability", "ok"),
      CheckText.line("donors for slopes", model.donorFreedom.slopes.text),
      CheckText.line("for intercepts", model.donorFreedom.intercepts.text),
      CheckText.line(
        "fit",
        "\(model.criterion), degrees of freedom \(model.degreesOfFreedom), "
          + (model.refit == "all" ? "variances of every pair" : "variances of every gene only")),
    ]
  }

  private var patternLines: [String] {
    let shown = visitPatterns.mostFrequent.map { pattern in
      let visits = "\(pattern.visits) visit\(pattern.visits == 1 ? "" : "s")"
      let times = pattern.times.map { " at \(CheckText.list($0.map(CheckText.number)))" } ?? ""
      return CheckText.line(
        "", "\(pattern.donors) donor\(pattern.donors == 1 ? "" : "s"): \(visits)\(times)")
    }
    let rest = visitPatterns.count - shown.count
    return [CheckText.line("visit patterns", visitPatterns.count)] + shown
      + (rest > 0 ? [CheckText.line("", "\(rest) more")] : [])
  }

  private var genotypeLines: [String] {
    let variants = genotypes.variants
    let counts = [
      (variants.tested, VariantVerdict.tested), (variants.allMissing, .allMissing),
      (variants.tooManyMissing, .tooManyMissing), (variants.monomorphic, .monomorphic),
      (variants.belowFrequency, .belowFrequency), (variants.belowCount, .belowCount),
      (variants.smallClass, .smallClass),
    ].map { ($0.0, $0.1.description) }
    let others = [
      (genotypes.allelesWithoutDosage, "alleles without dosage, left out"),
      (genotypes.deselected, "not selected"), (genotypes.haploidCalls, "haploid calls"),
      (genotypes.clampedDosages, "dosages just outside 0 to 2, clamped"),
    ]
    return [
      CheckText.line(
        "dosages from",
        "\(genotypes.dosagesFrom); effect allele \(genotypes.effectAllele)"),
      CheckText.line("records", genotypes.records),
      CheckText.line("variants", counts.reduce(0) { $0 + $1.0 }),
    ]
      + (counts + others).filter { $0.0 > 0 }.map { CheckText.line("", "\($0.0) \($0.1)") }
      + [CheckText.line("chromosomes", CheckText.list(genotypes.chromosomes))]
  }

  private var geneLines: [String] {
    let counts = [
      (genes.withoutValues, "without values"), (genes.constant, "of constant expression"),
      (genes.lackingSamples, "lacking the values of some samples"),
      (genes.notIdentifiable, "whose samples cannot identify the model"),
      (genes.withoutVariants, "without variants to test"),
    ]
    var lines = [CheckText.line("genes", "\(genes.scanned) of \(genes.listed) scanned")]
    lines += counts.filter { $0.0 > 0 }.map { CheckText.line("", "\($0.0) \($0.1)") }
    let renamed = !Set(genes.chromosomesMatched).isSubset(of: genotypes.chromosomes)
    lines.append(
      CheckText.line(
        "on chromosomes",
        CheckText.list(genes.chromosomesMatched)
          + (renamed ? " (matched without 'chr')" : "")))
    if !genes.chromosomesWithoutVariants.isEmpty {
      lines.append(
        CheckText.line("no variants on", CheckText.list(genes.chromosomesWithoutVariants)))
    }
    return lines
  }

  private var costLines: [String] {
    [
      CheckText.line("pairs", pairs),
      CheckText.line("rows", cost.rows == pairs ? "\(cost.rows)" : "about \(cost.rows)"),
      CheckText.line("pairs table", "about \(CheckText.size(1e9 * cost.pairsTableGb))"),
      CheckText.line("CPU time", "about \(CheckText.duration(3600 * cost.cpuHours))"),
      CheckText.line(
        "wall time",
        "about \(CheckText.duration(3600 * cost.wallHours)) with \(cost.threads) "
          + "thread\(cost.threads == 1 ? "" : "s")"),
      CheckText.line("memory", "about \(CheckText.size(1e9 * cost.memoryGb))"),
    ]
  }
}
