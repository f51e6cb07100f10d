import BlockGzip
import Cohort
import Genotypes
import MixedModels

/// The inputs of a scan, joined and checked: everything that is known before a fit.
package struct ScanInputs {
  package let options: ScanOptions
  package let source: any GenotypeSource
  package let plan: ModelPlan
  package let design: DesignCrossProducts
  /// Genes to scan, as indices into the cohort's, in the expression file's order.
  package let genes: [Int]
  /// Genes of the genes table: those scanned and those without variation.
  package let listedGenes: [Int]
  /// Listed genes that are not scanned.
  package let unvaryingGenes: (withoutValues: Int, constant: Int)

  /// Opens the files, joins them and builds the model.
  ///
  /// - Throws: `InputError` for everything that can be refused before the genotypes are read.
  package init(options: ScanOptions, observer: any ScanObserver) throws(InputError) {
    let source = try options.genotypes.open(
      field: options.field,
      selection: VariantSelection(region: options.region, ids: options.keepVariants))
    let cohort = try Cohort.load(
      inputs: options.cohort, genotypedDonors: source.donorIDs, genotypePath: source.path)
    cohort.notes.forEach(observer.note)
    let plan = try ModelPlan(cohort: cohort, options: options)
    plan.notes.forEach(observer.note)
    source.select(donors: plan.cohort.genotypeColumn)
    guard let design = try? DesignCrossProducts(plan.matrices) else {
      throw InputError("the model matrices are singular", path: plan.cohort.sheetPath)
    }
    observer.note(
      "\(plan.cohort.donorIDs.count) donors, \(plan.cohort.sampleIDs.count) samples, "
        + "\(design.patternCount) visit patterns; dosages from \(source.fieldDescription); "
        + "the effect allele is ALT")
    observer.note("formula: \(plan.formula.text)")
    observer.note("time is centred at \(plan.timeCentre)")
    self.options = options
    self.source = source
    self.plan = plan
    self.design = design
    listedGenes = try Self.chosenGenes(plan, options: options)
    (genes, unvaryingGenes) = Self.varyingGenes(listedGenes, plan: plan, observer: observer)
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
    _ plan: ModelPlan, options: ScanOptions
  ) throws(InputError) -> [Int] {
    let cohort = plan.cohort
    guard let chosen = options.genes else { return Array(cohort.genes.indices) }
    let wanted = cohort.genes.indices.filter { chosen.contains(cohort.genes[$0].id) }
    let missing = chosen.subtracting(wanted.map { cohort.genes[$0].id }).sorted()
    guard missing.isEmpty else {
      throw InputError(
        "genes that are not in the expression file", path: cohort.expressionPath,
        found: InputError.list(missing), expected: "ids of its fourth column")
    }
    return wanted
  }

  /// Genes that vary; the others are counted and have no pairs.
  private static func varyingGenes(
    _ wanted: [Int], plan: ModelPlan, observer: any ScanObserver
  ) -> ([Int], (withoutValues: Int, constant: Int)) {
    let cohort = plan.cohort
    var empty = 0
    var constant = 0
    let kept = wanted.filter { gene in
      let values = cohort.expression(ofGene: gene).filter { !$0.isNaN }
      guard let first = values.first else {
        empty += 1
        return false
      }
      if values.allSatisfy({ $0 == first }) {
        constant += 1
        return false
      }
      return true
    }
    if empty > 0 { observer.warn("\(empty) genes without any expression value are not tested") }
    if constant > 0 { observer.warn("\(constant) genes of constant expression are not tested") }
    observer.note("\(kept.count) genes")
    return (kept, (empty, constant))
  }
}
