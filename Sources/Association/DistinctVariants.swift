import Genotypes
import MixedModels

/// The tested variants of a batch, those with equal dosages counted once.
///
/// Neighbouring variants in full linkage disequilibrium have the same dosages in every donor, and
/// so the same fits; in real data of 100 donors more than half the variants repeat another.
struct DistinctVariants {
  /// Slot of every variant of the batch; −1 where it is not tested.
  let slots: [Int]
  /// The batch's index of the first variant of every slot.
  let representatives: [Int]

  /// - Complexity: O(donors · variants).
  init(_ batch: PreparedVariants) {
    let donors = batch.donorCount
    var slots = [Int](repeating: -1, count: batch.variants.count)
    var representatives: [Int] = []
    var slotsOfHash: [UInt64: [Int]] = [:]
    batch.dosages.withUnsafeBufferPointer { all in
      guard let base = all.baseAddress else { return }
      for index in slots.indices where batch.summaries[index].verdict == .tested {
        // Safe: the column of variant `index` starts there and has one number per donor.
        let column = base + index * donors
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for donor in 0..<donors {
          hash = (hash ^ column[donor].bitPattern) &* 0x9E37_79B9_7F4A_7C15
          hash ^= hash >> 29
        }
        let equal = slotsOfHash[hash, default: []].first { slot in
          let other = base + representatives[slot] * donors
          return (0..<donors).allSatisfy { column[$0] == other[$0] }
        }
        if let equal {
          slots[index] = equal
        } else {
          slots[index] = representatives.count
          slotsOfHash[hash, default: []].append(representatives.count)
          representatives.append(index)
        }
      }
    }
    self.slots = slots
    self.representatives = representatives
  }
}
