import Cohort
import Genotypes
import Glibc
import KernelInterface
import Tables
import Testing
import VectorKernels

@testable import Association
@testable import MixedModels

@Suite("Rows written with vectors of numbers")
struct PairRowWriterTests {
  static let levels = SIMDLevel.allCases.filter(\.isSupported)

  /// Doubles of any bit pattern, of a table's magnitudes, and those that are not numbers.
  private static func value() -> Double {
    switch Int.random(in: 0..<8) {
    case 0: Double(bitPattern: .random(in: .min ... .max))
    case 1:
      [.nan, .infinity, -.infinity, 0, -0.0, 1, -1, .leastNonzeroMagnitude, 1e300]
        .randomElement() ?? .nan
    case 2: Double(Int.random(in: -2_000_000...2_000_000)) / 16
    default: pow(10, .random(in: -9..<9)) * (Bool.random() ? 1 : -1)
    }
  }

  private static func estimate() -> CoefficientEstimate {
    CoefficientEstimate(value: value(), standardError: value(), degreesOfFreedom: value())
  }

  private static func fit() -> PairFit {
    PairFit(
      status: FitStatus.allCases.randomElement() ?? .ok, genotype: estimate(), time: estimate(),
      interaction: estimate(), covarianceGenotypeInteraction: value(),
      components: VarianceComponents(
        firstDeviation: value(), secondDeviation: value(), correlation: value(),
        residualDeviation: value()),
      deviance: value())
  }

  private static func logPValue() -> Double {
    switch Int.random(in: 0..<12) {
    case 0: .nan
    case 1: -.infinity
    case 2: .random(in: -1000 ... -680)
    default: .random(in: -30...0)
    }
  }

  private static func variant(_ number: Int) -> VariantRowText {
    let word = String(repeating: "AC", count: .random(in: 1...40))
    var dosages: [Double] = [0, 1, 2, 0.5, 1.25]
    let summary = dosages.withUnsafeMutableBufferPointer {
      AlleleSummary($0, filter: VariantFilter())
    }
    return VariantRowText(
      chromosome: "chr7",
      variant: Variant(
        chromosome: 0, position: .random(in: 1...200_000_000), id: "v_\(word)",
        reference: "A", alternate: word),
      number: number, summary: summary, format: NumberFormat())
  }

  private static func gene(_ index: Int) -> GeneRowText {
    GeneRowText(
      index: index,
      gene: Gene(
        id: String(repeating: "G", count: .random(in: 1...40)), chromosome: "chr7",
        start: 1_000_000, end: 1_000_100),
      sampleCount: .random(in: 1...100_000), donorCount: 12)
  }

  @Test("are those of the table", arguments: levels, [1, 3, 6, 7, 8, 9, 17])
  func rows(level: SIMDLevel, digits: Int) {
    for randomNames in [["(Intercept)", "time"], ["time"]] {
      let table = PairTable(
        significantDigits: digits, columns: PairColumns(randomNames: randomNames))
      let writer = PairRowWriter(table: table, kernel: level.kernel)
      var fast = TextBuffer()
      var slow = TextBuffer()
      var numbersBeyondDoubles = 0
      for _ in 0..<100 {
        let count = Int.random(in: 1...PairRowWriter.rowsAtOnce)
        let fits = (0..<count).map { _ in Self.fit() }
        let logPValues = (0..<count).map { _ in
          PairLogPValues(
            genotype: Self.logPValue(), time: Self.logPValue(), interaction: Self.logPValue())
        }
        let held = (0..<count).map {
          writer.setNumbers(of: fits[$0], logPValues: logPValues[$0], row: $0)
        }
        writer.convert(rows: count)
        for row in 0..<count {
          let variant = Self.variant(row)
          let gene = Self.gene(row)
          guard held[row] else {
            numbersBeyondDoubles += 1
            continue
          }
          writer.append(
            row: row, variant: variant, gene: gene, status: fits[row].status, to: &fast)
          table.append(
            variant: variant, gene: gene, fit: fits[row], logPValues: logPValues[row], to: &slow)
        }
      }
      let lines = [fast, slow].map { text in
        text.withUnsafeBytes { String(decoding: $0, as: UTF8.self).split(separator: "\n") }
      }
      #expect(lines[0].count > 300 && numbersBeyondDoubles > 0)
      #expect(lines[0] == lines[1])
    }
  }

  @Test("leave probabilities below the doubles to the table")
  func smallProbabilities() {
    let table = PairTable(significantDigits: 6, columns: PairColumns())
    let writer = PairRowWriter(table: table, kernel: SIMDLevel.baseline.kernel)
    func held(_ logPValue: Double) -> [Bool] {
      (0..<3).map { place in
        var values = PairLogPValues(genotype: -1, time: -1, interaction: -1)
        if place == 0 { values.genotype = logPValue }
        if place == 1 { values.time = logPValue }
        if place == 2 { values.interaction = logPValue }
        return writer.setNumbers(of: Self.fit(), logPValues: values, row: 0)
      }
    }
    #expect(held(-300 * M_LN10) == [true, true, true])
    #expect(held((-300 * M_LN10).nextDown) == [false, false, false])
    #expect(held(-.infinity) == [false, false, false])
    #expect(held(.nan) == [true, true, true])
  }

  @Test("have their shared pieces copied whole", arguments: 0...70)
  func pieces(length: Int) {
    let word = String((0..<length).map { Character(Unicode.Scalar(UInt8(33 + $0))) })
    var source = TextBuffer(capacity: 3)
    source.append(word)
    let piece = RowPiece(source)
    var text = TextBuffer()
    text.append(piece)
    text.append(literal: "|")
    text.append(piece)
    #expect(text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == word + "|" + word)
  }
}
