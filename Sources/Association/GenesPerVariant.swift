import Cohort
import MixedModels
import Tables

/// How many genes with all samples are near a variant on average, by the genes and their windows alone.
///
/// Variants are taken to lie as densely everywhere. No genotype is looked at, so that what depends on
/// the number is the same however variants are ordered and genes split into shards.
struct GenesPerVariant {
  let mean: Double

  init(_ inputs: ScanInputs) {
    let expression = inputs.expression
    let sharing = inputs.planGenes.filter { !expression.isIncomplete[$0] }
    guard !inputs.options.isTrans else {
      mean = Double(sharing.count)
      return
    }
    var windows: [String: [ClosedRange<Int>]] = [:]
    for gene in sharing.map({ expression.genes[$0] }) {
      let window = gene.cisWindow(inputs.options.window)
      guard window.upperBound >= 1 else { continue }
      windows[chromosomeMatchKey(gene.chromosome), default: []].append(
        max(1, window.lowerBound)...window.upperBound)
    }
    mean = Self.mean(of: Array(windows.values))
  }

  /// Positions in windows over positions in any of them; 0 without windows.
  ///
  /// - Parameter windows: by chromosome.
  static func mean(of windows: [[ClosedRange<Int>]]) -> Double {
    var sum = 0
    var union = 0
    for chromosome in windows {
      var end = Int.min
      for window in chromosome.sorted(by: { $0.lowerBound < $1.lowerBound }) {
        sum += window.count
        if window.upperBound > end {
          union += window.upperBound - max(window.lowerBound - 1, end)
          end = window.upperBound
        }
      }
    }
    return union == 0 ? 0 : Double(sum) / Double(union)
  }
}
