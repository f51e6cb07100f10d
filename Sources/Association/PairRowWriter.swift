import KernelInterface
import MixedModels
import Tables

/// Writes rows of the pairs table a few at a time, their numbers made digits in vectors: the text of
/// `PairTable.append`.
///
/// One object serves one thread.
final class PairRowWriter {
  /// Rows whose numbers are converted together.
  static let rowsAtOnce = 16
  /// Doubles of a row, from `b_g` to `deviance`.
  private static let numbersPerRow = 17

  private let table: PairTable
  private let kernel: any VectorKernel.Type
  private let decimals: DecimalBlock
  /// By status, with the tab before it and the line end.
  private let statuses: [RowPiece]

  init(table: PairTable, kernel: any VectorKernel.Type) {
    self.table = table
    self.kernel = kernel
    decimals = DecimalBlock(
      capacity: Self.rowsAtOnce * Self.numbersPerRow, format: table.format,
      exponentBias: DecimalLane.exponentBias)
    statuses = FitStatus.allCases.map { status in
      var text = TextBuffer(capacity: 64)
      text.appendTab()
      text.append(status.description)
      text.appendNewline()
      return RowPiece(text)
    }
  }

  /// Takes up the numbers of a row.
  ///
  /// - Returns: whether doubles hold them all; otherwise the row is one for `PairTable.append`.
  @inline(__always)
  func setNumbers(of fit: PairFit, logPValues: PairLogPValues, row: Int) -> Bool {
    precondition(0..<Self.rowsAtOnce ~= row, "row \(row) of \(Self.rowsAtOnce)")
    // Safe: seventeen numbers from the row's first lie within the block.
    let values = decimals.values + row &* Self.numbersPerRow
    values[0] = fit.genotype.value
    values[1] = fit.genotype.standardError
    values[2] = PairTable.probability(logPValues.genotype)
    values[3] = fit.time.value
    values[4] = fit.time.standardError
    values[5] = PairTable.probability(logPValues.time)
    values[6] = fit.interaction.value
    values[7] = fit.interaction.standardError
    values[8] = fit.interaction.statistic
    values[9] = fit.interaction.degreesOfFreedom
    values[10] = PairTable.probability(logPValues.interaction)
    values[11] = fit.covarianceGenotypeInteraction
    let components = fit.components
    let first = components.firstDeviation
    let second = components.secondDeviation
    values[12] = table.firstEffectIsSlope ? second : first
    values[13] = table.firstEffectIsSlope ? first : second
    values[14] = components.correlation
    values[15] = components.residualDeviation
    values[16] = fit.deviance
    return table.columns.isPlain && !PairTable.isBelowDoubles(logPValues.genotype)
      && !PairTable.isBelowDoubles(logPValues.time)
      && !PairTable.isBelowDoubles(logPValues.interaction)
  }

  /// Finds the digits of the rows taken up.
  func convert(rows: Int) {
    precondition(0...Self.rowsAtOnce ~= rows, "\(rows) rows of \(Self.rowsAtOnce)")
    let digits = table.format.significantDigits
    // More digits than a word holds are left to the exact conversion: no exponent is ever set.
    guard digits <= DecimalLane.maximumDigits else { return }
    kernel.decimalDigits(
      decimals.values, count: rows * Self.numbersPerRow, significantDigits: digits,
      powersOfTen: DecimalBlock.powersOfTen, digits: decimals.digits,
      exponents: decimals.exponents)
  }

  /// Appends a row whose numbers were converted.
  func append(
    row: Int, variant: VariantRowText, gene: GeneRowText, status: FitStatus,
    to text: inout TextBuffer
  ) {
    let status = status.place
    let first = row * Self.numbersPerRow
    let words =
      variant.site.count + gene.id.count + gene.counts.count + variant.alleles.count
      + statuses[status].count
    let room = words + RowPiece.slack + DecimalBlock.numberRoom * (1 + Self.numbersPerRow)
    text.append(room: room) { out in
      // Safe: `room` has what the pieces and eighteen numbers take, and what is scribbled last.
      var end = variant.site.write(to: out)
      end = gene.id.write(to: end)
      end = DecimalBlock.write(tabbed: gene.distance(to: variant.position), to: end)
      end = gene.counts.write(to: end)
      end = variant.alleles.write(to: end)
      end = decimals.write(first..<(first + Self.numbersPerRow), to: end)
      return statuses[status].write(to: end)
    }
  }
}
