import BlockGzip
import Genotypes

/// What is in a genotype file.
struct CheckedGenotypes: CheckReport {
  struct Types: Encodable {
    var snvs = 0
    var insertions = 0
    var deletions = 0
    /// Substitutions of several bases, and alleles that are no sequence.
    var others = 0
    /// `*`, symbolic or no ALT where dosages come from calls.
    var withoutDosage = 0
  }

  struct Chromosome: Encodable {
    var name: String
    var variants: Int
    var firstPosition: Int
    var lastPosition: Int
  }

  var kind: String
  var path: String
  var donors: Int
  var records = 0
  /// Alleles with dosages: one per ALT.
  var variants = 0
  var variantTypes = Types()
  var monomorphic = 0
  var dosagesFrom = ""
  var effectAllele: String
  var missingDosages = 0
  var missingShare = 0.0
  var haploidCalls = 0
  var clampedDosages = 0
  var sharedSites = 0
  /// Variants outside `--region` and `--keep-variants`.
  var deselected = 0
  var chromosomes: [Chromosome] = []
  var notes: [String] = []

  /// Reads the file through.
  init(
    _ input: GenotypeInput, join: JoinFlags, selection: VariantSelection
  ) throws(InputError) {
    let source = try input.open(
      field: join.field, selection: selection, requiresEndMarker: !join.allowNoEof)
    kind =
      switch input {
      case .vcf, .dosages: "vcf"
      case .bfile: "bfile"
      case .pfile: "pfile"
      }
    path = source.path
    effectAllele = source.effectAllele
    donors = source.donorIDs.count
    while let batch = try source.nextBatch(maximumVariants: 256) {
      for (index, variant) in batch.variants.enumerated() {
        add(variant, name: source.chromosomes[variant.chromosome])
        add(batch.column(index))
      }
    }
    variantTypes.withoutDosage = source.counts.allelesWithoutDosage
    records = source.counts.records
    haploidCalls = source.counts.haploidCalls
    clampedDosages = source.counts.clampedDosages
    sharedSites = source.counts.sharedSites
    deselected = source.counts.deselected
    dosagesFrom = source.fieldDescription
    missingShare = CheckText.share(missingDosages, of: variants * donors)
    notes = source.notes + source.warnings
  }

  private mutating func add(_ variant: Variant, name: String) {
    variants += 1
    let (reference, alternate) = (variant.reference.utf8.count, variant.alternate.utf8.count)
    if !variant.alternate.utf8.allSatisfy(Self.isBase) {
      variantTypes.others += 1
    } else if reference == alternate {
      if reference == 1 { variantTypes.snvs += 1 } else { variantTypes.others += 1 }
    } else if reference < alternate {
      variantTypes.insertions += 1
    } else {
      variantTypes.deletions += 1
    }
    if chromosomes.last?.name != name {
      chromosomes.append(
        Chromosome(
          name: name, variants: 0, firstPosition: variant.position,
          lastPosition: variant.position))
    }
    chromosomes[chromosomes.count - 1].variants += 1
    chromosomes[chromosomes.count - 1].lastPosition = variant.position
  }

  private mutating func add(_ dosages: ArraySlice<Float>) {
    var missing = 0
    var smallest = Float.infinity
    var largest = -Float.infinity
    dosages.withUnsafeBufferPointer { dosages in
      // No branch depends on a dosage: comparisons with a missing one are false.
      for dosage in dosages {
        missing &+= dosage == dosage ? 0 : 1
        smallest = dosage < smallest ? dosage : smallest
        largest = dosage > largest ? dosage : largest
      }
    }
    missingDosages += missing
    if largest <= smallest { monomorphic += 1 }
  }

  private static func isBase(_ letter: UInt8) -> Bool {
    "ACGTNacgtn".utf8.contains(letter)
  }

  var lines: [String] {
    let types = [
      (variantTypes.snvs, "single-base"), (variantTypes.insertions, "insertions"),
      (variantTypes.deletions, "deletions"), (variantTypes.others, "others"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    var lines = [
      CheckText.line("genotypes", path),
      CheckText.line("donors", donors),
      CheckText.line("records", records),
      CheckText.line("variants", "\(variants) (\(types.joined(separator: ", ")))"),
      CheckText.line("dosages from", "\(dosagesFrom); effect allele \(effectAllele)"),
      CheckText.line("missing dosages", "\(missingDosages) (\(CheckText.percent(missingShare)))"),
    ]
    let counts = [
      (monomorphic, "variants without variation"),
      (variantTypes.withoutDosage, "alleles have no dosage and are left out"),
      (haploidCalls, "haploid calls"), (clampedDosages, "dosages just outside 0 to 2 were clamped"),
      (sharedSites, "variants repeat the alleles of another id"),
      (deselected, "variants are not among those selected"),
    ]
    for (count, what) in counts where count > 0 {
      lines.append(CheckText.line("", "\(count) \(what)"))
    }
    for chromosome in chromosomes {
      lines.append(
        CheckText.line(
          "chromosome",
          "\(chromosome.name): \(chromosome.variants) variants, positions "
            + "\(chromosome.firstPosition) to \(chromosome.lastPosition)"))
    }
    return lines + notes.map { CheckText.line("note", $0) }
  }
}
