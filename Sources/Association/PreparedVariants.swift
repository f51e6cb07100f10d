import Genotypes
import MixedModels

/// A batch of variants seen by one design: dosages of its donors in its order, imputed, and judged.
package final class PreparedVariants: Sendable {
  let batch: DosageBatch
  /// Number of the batch's first variant in the genotype file, for ties in the output order.
  let firstIndex: Int
  let donorCount: Int
  /// Donors × variants, column-major.
  let dosages: [Double]
  let summaries: [AlleleSummary]

  /// - Complexity: O(donors · variants).
  convenience init(
    batch: DosageBatch, firstIndex: Int, design: DesignCrossProducts, filter: VariantFilter
  ) {
    self.init(
      batch: batch, firstIndex: firstIndex, donors: design.donorOrder, filter: filter)
  }

  /// - Parameter order: the donors wanted, as the batch numbers them, in the order wanted.
  /// - Complexity: O(donors · variants).
  init(batch: DosageBatch, firstIndex: Int, donors order: [Int], filter: VariantFilter) {
    self.batch = batch
    self.firstIndex = firstIndex
    donorCount = order.count
    let count = order.count
    var summaries: [AlleleSummary] = []
    summaries.reserveCapacity(batch.variants.count)
    var values = [Double](repeating: 0, count: count * batch.variants.count)
    values.withUnsafeMutableBufferPointer { all in
      batch.dosages.withUnsafeBufferPointer { source in
        for variant in batch.variants.indices {
          let column = UnsafeMutableBufferPointer(
            rebasing: all[(variant * count)..<((variant + 1) * count)])
          for i in 0..<count {
            column[i] = Self.written(source[variant * batch.donorCount + order[i]])
          }
          summaries.append(AlleleSummary(column, filter: filter))
        }
      }
    }
    dosages = values
    self.summaries = summaries
  }

  /// The same donors in another order.
  ///
  /// - Parameters:
  ///   - order: the donors of `all` in its order.
  ///   - wanted: the same donors in the order wanted.
  /// - Complexity: O(donors · variants).
  init(_ all: PreparedVariants, from order: [Int], to wanted: [Int]) {
    let count = all.donorCount
    precondition(
      order.count == count && wanted.count == count,
      "\(order.count) and \(wanted.count) of \(count) donors")
    batch = all.batch
    firstIndex = all.firstIndex
    donorCount = count
    summaries = all.summaries
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    let sources = wanted.map { donor -> Int in
      guard let place = places[donor] else { preconditionFailure("donor \(donor) is not there") }
      return place
    }
    var values = [Double](repeating: 0, count: all.dosages.count)
    values.withUnsafeMutableBufferPointer { values in
      all.dosages.withUnsafeBufferPointer { source in
        for start in stride(from: 0, to: source.count, by: count) {
          // Safe: a variant has `count` dosages on either side, and places are below it.
          for i in 0..<count { values[start &+ i] = source[start &+ sources[i]] }
        }
      }
    }
    dosages = values
  }

  /// The number with up to six decimals that was rounded to `dosage`, where there is one: dosages
  /// are written with few decimals, and the text's value is what other programs analyse.
  static func written(_ dosage: Float) -> Double {
    let decimal = (Double(dosage) * 1e6).rounded() / 1e6
    return Float(decimal) == dosage ? decimal : Double(dosage)
  }

  var variants: [Variant] { batch.variants }
  var chromosome: Int { batch.variants[0].chromosome }
  var firstPosition: Int { batch.variants[0].position }
  var lastPosition: Int { batch.variants[batch.variants.count - 1].position }

  /// Variants at positions in `range`, as indices.
  func indices(positions range: ClosedRange<Int>) -> Range<Int> {
    let lower = partition { $0.position >= range.lowerBound }
    let upper = partition { $0.position > range.upperBound }
    return lower..<max(lower, upper)
  }

  /// The first index whose variant satisfies `predicate`, which holds for all after it.
  private func partition(where predicate: (Variant) -> Bool) -> Int {
    var low = 0
    var high = batch.variants.count
    while low < high {
      let middle = (low + high) / 2
      if predicate(batch.variants[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
