import Distributions
import BlockGzip

/// Simulates the genotype file variant by variant and keeps only the causal variants' dosages, so
/// that memory does not grow with the number of variants.
struct GenotypeFileWriter {
  private let map: VariantMap
  private let options: SimulationOptions
  private let donorIDs: [String]

  init(map: VariantMap, options: SimulationOptions, donorIDs: [String]) {
    self.map = map
    self.options = options
    self.donorIDs = donorIDs
  }

  /// Writes the VCF to `path`.
  ///
  /// - Returns: what of the variants in `kept` a truth table and the expression model need.
  /// - Throws: `OutputError`.
  func write(
    to path: String, keeping kept: Set<Int>
  ) throws(OutputError) -> [Int: CausalVariant] {
    let writer = try BlockGzipWriter(path: path)
    try writer.write(header())
    var causal: [Int: CausalVariant] = [:]
    for (chromosome, range) in map.ranges.enumerated() {
      var haplotypes = HaplotypeProcess(
        haplotypes: 2 * donorIDs.count, counts: options.alleleCounts,
        linkageLength: options.linkageLength, structure: options.structure,
        numbers: RandomNumbers(seed: options.seed, .haplotypes, index: chromosome))
      var numbers = RandomNumbers(seed: options.seed, .dosages, index: chromosome)
      var alleles = [UInt8](repeating: 0, count: 2 * donorIDs.count)
      var line: [UInt8] = []
      for ordinal in range {
        haplotypes.nextVariant(at: map.positions[ordinal], alleles: &alleles)
        let id = appendSite(
          chromosome: map.chromosomes[chromosome], position: map.positions[ordinal],
          numbers: &numbers, to: &line)
        let dosages = appendCalls(alleles, numbers: &numbers, to: &line)
        if kept.contains(ordinal) { causal[ordinal] = CausalVariant(id: id, dosages: dosages) }
        // Half a megabyte at a time: one write per line would be slow for small cohorts.
        if line.count > 1 << 19 { try flush(&line, to: writer) }
      }
      try flush(&line, to: writer)
    }
    try writer.finish()
    return causal
  }

  private func flush(_ line: inout [UInt8], to writer: BlockGzipWriter) throws(OutputError) {
    try writer.write(String(decoding: line, as: UTF8.self))
    line.removeAll(keepingCapacity: true)
  }

  private func header() -> String {
    var text = "##fileformat=VCFv4.2\n##FILTER=<ID=PASS,Description=\"All filters passed\">\n"
    for (name, range) in zip(map.chromosomes, map.ranges) {
      text += "##contig=<ID=\(name),length=\(range.count * options.spacing)>\n"
    }
    text += "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n"
    text += "##FORMAT=<ID=DS,Number=A,Type=Float,Description=\"Dosage of the ALT allele\">\n"
    let columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"]
    return text + (columns + donorIDs).joined(separator: "\t") + "\n"
  }

  /// Appends the nine leading columns and returns the variant's id.
  private func appendSite(
    chromosome: String, position: Int, numbers: inout RandomNumbers, to line: inout [UInt8]
  ) -> String {
    let bases = ["A", "C", "G", "T"]
    let reference = numbers.integer(below: 4)
    let alternate = (reference + 1 + numbers.integer(below: 3)) % 4
    let id = "\(chromosome)_\(position)_\(bases[reference])_\(bases[alternate])"
    line.append(
      text: "\(chromosome)\t\(position)\t\(id)\t\(bases[reference])\t\(bases[alternate])"
        + "\t.\tPASS\t.\tGT:DS")
    return id
  }

  /// Appends one call per donor and the line end, and returns the dosages as printed; missing
  /// ones have the mean of the others, as a scan imputes them.
  private func appendCalls(
    _ alleles: [UInt8], numbers: inout RandomNumbers, to line: inout [UInt8]
  ) -> [Double] {
    let isImputed = numbers.chance(options.imputedVariants)
    var thousandths = [Int?](repeating: nil, count: donorIDs.count)
    for donor in donorIDs.indices {
      line.append(UInt8(ascii: "\t"))
      if options.missingGenotypes > 0, numbers.chance(options.missingGenotypes) {
        line.append(text: ".|.:.")
        continue
      }
      let first = alleles[2 * donor]
      let second = alleles[2 * donor + 1]
      var dosage = Int(first + second) * 1000
      if isImputed {
        // Below half an allele, or the hard call would not be the nearest genotype.
        let noise = max(-0.499, min(0.499, options.imputationNoise * numbers.normal()))
        dosage = max(0, min(2000, dosage + Int((noise * 1000).rounded())))
      }
      thousandths[donor] = dosage
      let zero = UInt8(ascii: "0")
      line.append(contentsOf: [
        zero + first, UInt8(ascii: "|"), zero + second, UInt8(ascii: ":"),
        zero + UInt8(dosage / 1000), UInt8(ascii: "."), zero + UInt8(dosage / 100 % 10),
        zero + UInt8(dosage / 10 % 10), zero + UInt8(dosage % 10),
      ])
    }
    line.append(UInt8(ascii: "\n"))
    return CausalVariant.imputingMean(thousandths.map { $0.map { Double($0) / 1000 } })
  }
}
