import BlockGzip
import Cohort
import Distributions
import Genotypes
import MixedModels

/// The inputs of a scan, joined and checked: everything that is known before a fit.
package struct ScanInputs {
  package internal(set) var options: ScanOptions
  package let source: any GenotypeSource
  package let plan: ModelPlan
  package let design: DesignCrossProducts
  package let expression: ExpressionStore
  /// Precision weights; nil for equal ones.
  let weights: WeightStore?
  /// Genes to scan, as indices into those of `expression`: with a shard its own only.
  package let genes: [Int]
  /// Genes of the genes table: those scanned and those without variation.
  package let listedGenes: [Int]
  /// `genes` and the number of `listedGenes` without a split into shards.
  package let planGenes: [Int]
  package let planListedCount: Int
  /// Listed genes that are not scanned.
  package let unvaryingGenes: (withoutValues: Int, constant: Int)

  /// Opens the files, joins them, builds the model and reads the expression of its samples.
  ///
  /// - Parameters:
  ///   - options: what the scan is told.
  ///   - retention: what is kept of the expression.
  ///   - observer: of what is said on the way.
  /// - Throws: `ScanFailure`: everything that can be refused before the genotypes are read, and
  ///   failures to keep the expression.
  package init(
    options: ScanOptions, keeping retention: ExpressionStore.Retention,
    observer: any ScanObserver
  ) throws(ScanFailure) {
    let (opened, plan, reader) = try ScanFailure.reading { () throws(InputError) in
      let source = try Self.open(options, regions: options.region.map { [$0] })
      let (cohort, reader) = try Cohort.load(
        inputs: options.cohort, genotypedDonors: source.donorIDs, genotypePath: source.path)
      cohort.notes.forEach(observer.note)
      return (source, try ModelPlan(cohort: cohort, options: options), reader)
    }
    plan.notes.forEach(observer.note)
    try ScanFailure.reading { () throws(InputError) in
      try ModelGuards(plan: plan, options: options).check(observer)
    }
    if options.guards.normal { observer.warn(GuardOptions.normalWarning) }
    guard let design = try? DesignCrossProducts(plan.matrices) else {
      throw .input(InputError("the model matrices are singular", path: plan.cohort.sheetPath))
    }
    let expression = try Self.read(
      reader, of: plan.cohort, options: options, family: plan.generalized, keeping: retention)
    observer.note(
      "\(plan.cohort.donorIDs.count) donors, \(plan.cohort.sampleIDs.count) samples, "
        + "\(design.patternCount) visit patterns; dosages from \(opened.fieldDescription); "
        + "the effect allele is \(opened.effectAllele)")
    try ScanFailure.reading { () throws(InputError) in
      try options.geneLevel.check(plan: plan, design: design, observer: observer)
    }
    observer.note("formula: \(plan.formula.text)")
    observer.note("time is centred at \(plan.timeCentre)")
    self.options = options
    self.design = design
    self.expression = expression
    if let path = options.weightsPath {
      weights = try WeightStore(
        path: path, cohort: plan.cohort, columns: reader.sampleIDs, genes: expression.genes,
        folder: options.outputFolder,
        requiresEndMarker: options.cohort.requiresEndMarker)
    } else {
      weights = nil
    }
    let listed = try ScanFailure.reading { () throws(InputError) in
      try Self.chosenGenes(expression.genes, options: options)
    }
    (planGenes, unvaryingGenes) = Self.varyingGenes(
      listed, variations: expression.variations, observer: observer)
    planListedCount = listed.count
    var chosen = plan
    chosen.structure?.choose(genes: planGenes.count, isRefitChosen: options.isRefitChosen)
    chosen.structureNotes(options: options).forEach(observer.note)
    self.plan = chosen
    if let id = options.focus {
      let place = try ScanFailure.reading { () throws(InputError) in
        try Self.place(of: id, among: listed, genes: expression.genes, options: options)
      }
      listedGenes = [place]
      genes = listedGenes.filter { expression.variations[$0] == .varying }
    } else if let shard = options.shard {
      listedGenes = ShardSplit(isTrans: options.isTrans, window: options.window).genes(
        of: shard, listed: listed, genes: expression.genes)
      genes = listedGenes.filter { expression.variations[$0] == .varying }
      observer.note("shard \(shard.text) has \(genes.count) of them")
    } else {
      genes = planGenes
      listedGenes = listed
    }
    source = try Self.narrowed(opened, to: genes.map { expression.genes[$0] }, options: options)
    source.select(donors: plan.cohort.genotypeColumn)
  }

  /// The genotypes from their beginning once more, in batches.
  ///
  /// - Throws: `ScanFailure` where the file cannot be opened again.
  func reopenedStream() throws(ScanFailure) -> VariantStream {
    let source = try ScanFailure.reading { () throws(InputError) in
      try Self.open(options, regions: options.region.map { [$0] })
    }
    let narrowed = try Self.narrowed(
      source, to: genes.map { expression.genes[$0] }, options: options)
    narrowed.select(donors: plan.cohort.genotypeColumn)
    return VariantStream(source: narrowed, design: design, filter: options.filter)
  }

  /// The genotypes that one gene may pair with: those of its window, or all.
  ///
  /// - Throws: `ScanFailure` where the file cannot be opened again.
  func stream(ofGene index: Int) throws(ScanFailure) -> VariantStream {
    let source = try ScanFailure.reading { () throws(InputError) in
      try Self.open(
        options,
        regions: options.isTrans
          ? options.region.map { [$0] }
          : GeneWindows.regions(
            [expression.genes[index]], window: options.window, within: options.region))
    }
    source.select(donors: plan.cohort.genotypeColumn)
    return VariantStream(source: source, design: design, filter: options.filter)
  }

  private static func open(
    _ options: ScanOptions, regions: [GenomicRegion]?
  ) throws(InputError) -> any GenotypeSource {
    try options.genotypes.open(
      field: options.field,
      selection: VariantSelection(
        regions: regions,
        ids: options.keepPairs?.variantIDs(of: options.keepVariants) ?? options.keepVariants),
      requiresEndMarker: options.cohort.requiresEndMarker)
  }

  /// The genotypes in the windows of some genes, where a scan is of some only: with an index the
  /// rest of the file need not be read.
  private static func narrowed(
    _ source: any GenotypeSource, to genes: [Gene], options: ScanOptions
  ) throws(ScanFailure) -> any GenotypeSource {
    guard !options.isTrans,
      options.shard != nil || options.genes != nil || options.keepPairs != nil
        || options.focus != nil
    else { return source }
    return try ScanFailure.reading { () throws(InputError) in
      try open(
        options,
        regions: GeneWindows.regions(genes, window: options.window, within: options.region))
    }
  }

  /// The expression of a cohort's samples, every value read and checked.
  private static func read(
    _ reader: ExpressionReader, of cohort: Cohort, options: ScanOptions,
    family: GeneralizedScan?, keeping retention: ExpressionStore.Retention
  ) throws(ScanFailure) -> ExpressionStore {
    var store = ExpressionStore(sampleCount: cohort.sampleIDs.count, keeping: retention)
    var values: [Double] = []
    while true {
      let next = try ScanFailure.reading { () throws(InputError) in
        try reader.next(samples: cohort.expressionColumn, into: &values)
      }
      guard let gene = next else { return store }
      try ScanFailure.reading { () throws(InputError) in
        try family?.check(
          values, gene: gene, samples: cohort.sampleIDs, reader: reader,
          hasSizes: options.weightsPath != nil)
      }
      let isNormal = options.guards.normal
      try ScanFailure.writing { () throws(OutputError) in
        try store.append(gene, values: isNormal ? NormalScores.scores(values) : values)
      }
    }
  }

  /// The genotypes in batches of the size the scan uses.
  package func stream() -> VariantStream {
    // Rows of a batch with all genes must fit in memory.
    let rows = options.isTrans ? Int(200_000 / max(1e-9, min(1, options.pValueThreshold))) : .max
    return VariantStream(
      source: source, design: design, filter: options.filter,
      batchSize: max(8, min(VariantStream.batchSize, rows / max(1, genes.count))))
  }

  /// The genes the user asked for.
  private static func chosenGenes(
    _ genes: [Gene], options: ScanOptions
  ) throws(InputError) -> [Int] {
    let paired = options.keepPairs.map { Set($0.variants.keys) }
    let sets = [options.genes, paired].compactMap(\.self)
    guard let first = sets.first else { return Array(genes.indices) }
    let chosen = sets.dropFirst().reduce(first) { $0.intersection($1) }
    let wanted = genes.indices.filter { chosen.contains(genes[$0].id) }
    let missing = chosen.subtracting(wanted.map { genes[$0].id }).sorted()
    guard missing.isEmpty else {
      throw InputError(
        "genes that are not in the expression file", path: options.cohort.bedPath,
        found: InputError.list(missing), expected: "ids of its fourth column")
    }
    return wanted
  }

  /// The one gene that is asked for.
  private static func place(
    of id: String, among listed: [Int], genes: [Gene], options: ScanOptions
  ) throws(InputError) -> Int {
    if let place = listed.first(where: { genes[$0].id == id }) { return place }
    // An id without its version, or with another, is the usual cause.
    let stem = id.split(separator: ".").first.map(String.init) ?? id
    let alike = listed.map { genes[$0].id }.filter { $0.hasPrefix(stem) }
    throw InputError(
      "no gene of that id", path: options.cohort.bedPath, found: "'\(id)'",
      expected: "an id of its fourth column",
      advice: alike.isEmpty
        ? "it has \(InputError.list(listed.map { genes[$0].id }))"
        : "perhaps \(InputError.list(alike)) is meant")
  }

  /// Genes that vary; the others are counted and have no pairs.
  private static func varyingGenes(
    _ wanted: [Int], variations: [GeneVariation], observer: any ScanObserver
  ) -> ([Int], (withoutValues: Int, constant: Int)) {
    let kept = wanted.filter { variations[$0] == .varying }
    let empty = wanted.count { variations[$0] == .withoutValues }
    let constant = wanted.count { variations[$0] == .constant }
    if empty > 0 { observer.warn("\(empty) genes without any expression value are not tested") }
    if constant > 0 { observer.warn("\(constant) genes of constant expression are not tested") }
    observer.note("\(kept.count) genes")
    return (kept, (empty, constant))
  }
}
