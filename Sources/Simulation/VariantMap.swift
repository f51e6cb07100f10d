import Distributions
import BlockGzip
import Genotypes

/// Where the variants of a genotype file stand, and which may be causal; 9 bytes a variant.
package struct VariantMap: Sendable {
  /// Chromosome names in file order.
  package private(set) var chromosomes: [String] = []
  /// One-based positions in file order, chromosome after chromosome.
  package private(set) var positions: [Int] = []
  /// Whether each variant's minor allele frequency lies in the range.
  package private(set) var isCandidate: [Bool] = []
  /// Ordinals of each chromosome's variants.
  package private(set) var ranges: [Range<Int>] = []

  /// Evenly spread positions: one in each stretch of `spacing` base pairs.
  package init(options: SimulationOptions) {
    for chromosome in 0..<options.chromosomes {
      var numbers = RandomNumbers(seed: options.seed, .positions, index: chromosome)
      let share = options.variants / options.chromosomes
      let count = share + (chromosome < options.variants % options.chromosomes ? 1 : 0)
      let first = positions.count
      for index in 0..<count {
        positions.append(index * options.spacing + 1 + numbers.integer(below: options.spacing))
      }
      chromosomes.append("chr\(chromosome + 1)")
      ranges.append(first..<positions.count)
    }
    isCandidate = [Bool](repeating: true, count: positions.count)
  }

  /// Reads `source` once to its end.
  ///
  /// - Parameter range: minor allele frequencies of candidates; a variant without dosage or
  ///   without variance is none.
  /// - Throws: `InputError` for a damaged file, or one without variants.
  package init(
    reading source: any GenotypeSource, minorAlleleFrequency range: ClosedRange<Double>
  ) throws(InputError) {
    while let batch = try source.nextBatch(maximumVariants: 1024) {
      for (index, variant) in batch.variants.enumerated() {
        let dosages = batch.column(index)
        // A chromosome whose records were all skipped has a number but no variant.
        while variant.chromosome >= ranges.count {
          ranges.append(positions.count..<positions.count)
        }
        positions.append(variant.position)
        isCandidate.append(Self.isCandidate(dosages, range: range))
        ranges[variant.chromosome] =
          ranges[variant.chromosome].lowerBound..<positions.count
      }
    }
    chromosomes = source.chromosomes
    guard !positions.isEmpty else {
      throw InputError(
        "no variant to simulate expression with", path: source.path, expected: "at least one")
    }
  }

  private static func isCandidate(
    _ dosages: ArraySlice<Float>, range: ClosedRange<Double>
  ) -> Bool {
    let known = dosages.filter { !$0.isNaN }
    guard let first = known.first, known.contains(where: { $0 != first }) else { return false }
    let frequency = known.reduce(0) { $0 + Double($1) } / Double(2 * known.count)
    let minor = min(frequency, 1 - frequency)
    return minor >= range.lowerBound - 1e-9 && minor <= range.upperBound + 1e-9
  }

  /// Candidates of `chromosome` with positions in `window`, as ordinals.
  func candidates(chromosome: Int, window: ClosedRange<Int>) -> [Int] {
    let range = ranges[chromosome]
    let first = firstIndex(in: range) { positions[$0] >= window.lowerBound }
    let end = firstIndex(in: range) { positions[$0] > window.upperBound }
    return (first..<end).filter { isCandidate[$0] }
  }

  /// The first index of `range` that satisfies a condition which stays true once it is.
  private func firstIndex(in range: Range<Int>, where condition: (Int) -> Bool) -> Int {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = (low + high) / 2
      if condition(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
