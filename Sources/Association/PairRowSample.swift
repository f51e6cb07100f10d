import Cohort
import Genotypes
import KernelInterface
import MixedModels
import Tables

/// Rows of the table of pairs of fits made outside of a scan, to measure what their text costs.
package struct PairRowSample {
  private let writer: PairRowWriter
  private let gene: GeneRowText
  private let variants: [VariantRowText]
  private let fits: [PairFit]
  private let logPValues: [PairLogPValues]

  /// - Parameters:
  ///   - fits: of one gene, one per variant, with all numbers.
  ///   - dosages: donors × variants, column-major, none missing.
  ///   - design: of the gene's samples.
  ///   - kernel: the instruction set.
  package init(
    fits: [PairFit], dosages: [Double], design: DesignCrossProducts, kernel: any VectorKernel.Type
  ) {
    let table = PairTable(significantDigits: 6, columns: PairColumns())
    let donors = design.donorCount
    writer = PairRowWriter(table: table, kernel: kernel)
    self.fits = fits
    gene = GeneRowText(
      index: 0, gene: Gene(id: "GENE1", chromosome: "chr1", start: 1_000_000, end: 1_000_001),
      sampleCount: design.sampleCount, donorCount: donors)
    let tails = PairTails(kernel: kernel)
    let interactions = tails.logPValues(fits.map(\.interaction))
    logPValues = zip(fits, interactions).map { tails.logPValues(of: $0, interaction: $1) }
    variants = fits.indices.map { index in
      var column = Array(dosages[(index * donors)..<((index + 1) * donors)])
      let summary = column.withUnsafeMutableBufferPointer {
        AlleleSummary($0, filter: VariantFilter())
      }
      let position = 900_000 + 700 * index
      return VariantRowText(
        chromosome: "chr1",
        variant: Variant(
          chromosome: 0, position: position, id: "chr1_\(position)_A_G", reference: "A",
          alternate: "G"),
        number: index, summary: summary, format: table.format)
    }
  }

  /// Appends all rows.
  package func write(to text: inout TextBuffer) {
    for start in stride(from: 0, to: fits.count, by: PairRowWriter.rowsAtOnce) {
      let rows = start..<min(start + PairRowWriter.rowsAtOnce, fits.count)
      let areHeld = rows.map {
        writer.setNumbers(of: fits[$0], logPValues: logPValues[$0], row: $0 - start)
      }
      precondition(areHeld.allSatisfy(\.self), "a probability below the range of doubles")
      writer.convert(rows: rows.count)
      for index in rows {
        writer.append(
          row: index - start, variant: variants[index], gene: gene, status: fits[index].status,
          to: &text)
      }
    }
  }
}
