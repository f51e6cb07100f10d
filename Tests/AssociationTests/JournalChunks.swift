import BlockGzip
import Genotypes
import MixedModels

@testable import Association

/// Records of chunks as a scan might leave them.
enum JournalChunks {
  /// - Parameter genes: of the chunk, each with a few pairs.
  static func record(index: Int, genes: [Int] = []) -> ChunkRecord {
    let variants = (0..<4).map { number in
      Variant(
        chromosome: 0, position: 100 * index + number + 1, id: "v\(index).\(number)",
        reference: "A", alternate: "é" + String(repeating: "C", count: number))
    }
    let batch = DosageBatch(
      variants: variants, donorCount: 2, dosages: [0, 1, 1, 2, 2, 0, 0.25, 1.75])
    let chunk = ScanChunk(
      index: index, genes: genes,
      batch: PreparedVariants(
        batch: batch, firstIndex: 4 * index, donors: [0, 1], filter: VariantFilter()),
      finished: [], progress: 0.5)
    var record = ChunkRecord(
      identity: .init(chunk), counts: PairCounts(), histogram: PValueHistogram(),
      textChecksum: 7, summaries: [:])
    for gene in genes {
      var summary = GeneSummary()
      for (place, variant) in variants.enumerated() {
        // From likely to less than the least double's logarithm.
        let logPValue = -1e-3 * Double(1 + gene) * pow10(place * 2)
        summary.pairs += 1
        summary.combination.add(logP: logPValue)
        record.counts.add(FitStatus.allCases[(gene + place) % FitStatus.allCases.count])
        record.histogram.add(logPValue: logPValue, alleleFrequency: 0.1 * Double(place))
        let isExact = place % 2 == 0
        summary.lead.add(
          LeadVariant.Candidate(
            logPValue: logPValue, variant: variant, fileIndex: 4 * index + place,
            summary: chunk.batch.summaries[place], fit: isExact ? fit(Double(gene)) : nil,
            dosages: isExact ? [] : [0.5, 1.5], isReported: place > 1))
      }
      record.summaries[gene] = summary
    }
    record.counts.rows = 3 * genes.count
    return record
  }

  /// What a second pass might find of a gene.
  static var result: GeneLevelResult {
    var result = GeneLevelResult()
    result.effectiveTests = 41
    result.bootstrap.logP = -7.25
    result.bootstrap.shape1 = 0.97
    result.bootstrap.shape2 = 55.5
    result.bootstrap.replicates = 1000
    result.signals = [
      SignalRow(rank: 1, count: 2, forward: -3, backward: -4.5, text: "chr1\t7\tv\tA\té"),
      SignalRow(rank: 2, count: 2, forward: -3, backward: -.infinity, text: ""),
    ]
    return result
  }

  /// Runs of these lengths; the texts are `row 0 of chunk INDEX` and so on, with line feeds.
  static func rows(_ index: Int, lengths: [Int]) -> [PairRun] {
    lengths.map { length in
      var run = PairRun()
      for number in 0..<length {
        let key = VariantKey(
          chromosome: 0, position: number + 1, alternate: "ACGTACGTACGT", number: number)
        run.add(key, gene: index) { $0.append("row \(number) of chunk \(index)\n") }
      }
      return run
    }
  }

  private static func fit(_ value: Double) -> PairFit {
    var fit = PairFit.failed(.numerical)
    fit.status = .boundary
    fit.deviance = 100 + value
    fit.interaction.value = value
    fit.components.residualDeviation = 1.5
    return fit
  }

  private static func pow10(_ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }
}
