import MixedModels

/// Writes the rows of a tile of genes in the order of the table.
struct PairRows {
  let table: PairTable
  let tails: PairTails
  /// Rows with at most this log p are written.
  let logThreshold: Double

  /// A row to write: its variant, and its gene's place in the tile.
  private struct Place {
    var variant: Int32
    var gene: Int32
  }

  /// A row whose numbers wait for their text.
  private struct Row {
    /// Place among the variants with rows.
    var variant: Int
    var gene: Int
    var slot: Int
    var status: FitStatus
    /// Whether doubles hold all its numbers.
    var fits: Bool
  }

  func run(
    _ tile: [PairBatch], _ batch: PreparedVariants, _ distinct: DistinctVariants,
    chromosomes: [String]
  ) -> PairRun {
    let places = places(tile, distinct, variants: batch.variants.count)
    var run = PairRun(expectedRows: places.count)
    guard !places.isEmpty else { return run }
    let genes = tile.map { GeneRowText($0.model) }
    let logPValues = tile.map(otherLogPValues)
    let writer = PairRowWriter(table: table, kernel: tails.kernel)
    var variants: [VariantRowText] = []
    var rows: [Row] = []
    rows.reserveCapacity(PairRowWriter.rowsAtOnce)
    var current: Int32 = -1
    for (index, place) in places.enumerated() {
      if place.variant != current {
        variants.append(text(of: Int(place.variant), batch, chromosomes: chromosomes))
        current = place.variant
      }
      let gene = Int(place.gene)
      let slot = distinct.slots[Int(place.variant)] - tile[gene].slots.lowerBound
      if let fit = tile[gene].fits[slot] {
        let fits = writer.setNumbers(
          of: fit,
          logPValues: PairLogPValues(
            genotype: logPValues[gene].genotype[slot], time: logPValues[gene].time[slot],
            interaction: tile[gene].logPValues[slot]),
          row: rows.count)
        rows.append(
          Row(variant: variants.count - 1, gene: gene, slot: slot, status: fit.status, fits: fits))
      }
      guard rows.count == PairRowWriter.rowsAtOnce || index + 1 == places.count else { continue }
      writer.convert(rows: rows.count)
      for (number, row) in rows.enumerated() {
        let variant = row.variant
        run.add(variants[variant].key, gene: genes[row.gene].index) { text in
          if row.fits {
            writer.append(
              row: number, variant: variants[variant], gene: genes[row.gene], status: row.status,
              to: &text)
          } else if let fit = tile[row.gene].fits[row.slot] {
            table.append(
              variant: variants[variant], gene: genes[row.gene], fit: fit,
              logPValues: PairLogPValues(
                genotype: logPValues[row.gene].genotype[row.slot],
                time: logPValues[row.gene].time[row.slot],
                interaction: tile[row.gene].logPValues[row.slot]),
              to: &text)
          }
        }
      }
      rows.removeAll(keepingCapacity: true)
    }
    run.sort()
    return run
  }

  private func text(
    of index: Int, _ batch: PreparedVariants, chromosomes: [String]
  ) -> VariantRowText {
    let variant = batch.variants[index]
    return VariantRowText(
      chromosome: chromosomes[variant.chromosome], variant: variant,
      number: batch.firstIndex + index, summary: batch.summaries[index], format: table.format)
  }

  /// The rows to write, by variant and then gene (a counting sort).
  private func places(
    _ tile: [PairBatch], _ distinct: DistinctVariants, variants: Int
  ) -> [Place] {
    var starts = [Int](repeating: 0, count: variants + 1)
    forEachRow(tile, distinct) { index, _ in starts[index + 1] += 1 }
    for index in 0..<variants { starts[index + 1] += starts[index] }
    var places = [Place](repeating: Place(variant: 0, gene: 0), count: starts[variants])
    forEachRow(tile, distinct) { index, gene in
      places[starts[index]] = Place(variant: Int32(index), gene: Int32(gene))
      starts[index] += 1
    }
    return places
  }

  private func forEachRow(
    _ tile: [PairBatch], _ distinct: DistinctVariants, _ body: (Int, Int) -> Void
  ) {
    for (gene, pairs) in tile.enumerated() {
      for index in pairs.window where distinct.slots[index] >= 0 && pairs.wants(index) {
        let logPValue = pairs.logPValues[distinct.slots[index] - pairs.slots.lowerBound]
        // A pair without a p-value has a row where all have one.
        if logPValue <= logThreshold || logThreshold == .infinity { body(index, gene) }
      }
    }
  }

  /// p-values of the main effects by slot, where all numbers are known.
  private func otherLogPValues(_ pairs: PairBatch) -> (genotype: [Double], time: [Double]) {
    let known = pairs.fits.indices.filter { pairs.fits[$0] != nil }
    func column(_ estimate: (PairFit) -> CoefficientEstimate) -> [Double] {
      let values = tails.logPValues(
        known.compactMap { pairs.fits[$0].map(estimate) })
      var column = [Double](repeating: .nan, count: pairs.fits.count)
      for (value, place) in zip(values, known) { column[place] = value }
      return column
    }
    return (column { $0.genotype }, column { $0.time })
  }
}
