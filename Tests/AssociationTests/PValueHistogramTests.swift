import Foundation
import Testing

@testable import Association

@Suite("Histogram of p-values")
struct PValueHistogramTests {
  @Test("counts each pair in the bins of its frequency and p-value")
  func bins() {
    let edges = PValueHistogram.frequencyBins
    var frequencies = [0, 0.003, 0.5, 0.7, 0.999, 1, .nan]
    for edge in edges.dropFirst() {
      // The bin's edge itself, a rounding below it, its mirror image, and the bin before.
      frequencies += [edge, edge.nextDown, 1 - edge, edge - 1e-9, 1 - edge + 1e-9]
    }
    for frequency in frequencies {
      let minor = min(frequency, 1 - frequency)
      let row = max(0, edges.lastIndex { minor >= $0 - 1e-12 } ?? 0)
      for pValue in [0, 1e-300, 0.0499, 0.0501, 0.5, 0.9999, 1] {
        var single = PValueHistogram()
        single.add(logPValue: log(pValue), alleleFrequency: frequency)
        var batch = PValueHistogram()
        batch.add(pValues: [pValue, .nan].span, alleleFrequencies: [frequency, 0.2].span)
        let bin = min(19, Int(exp(log(pValue)) * 20))
        var expected = [Int](repeating: 0, count: 20)
        expected[bin] = 1
        #expect(single.row(row) == expected)
        #expect(single.counts.reduce(0, +) == 1)
        #expect(batch == single)
      }
    }
  }
}
