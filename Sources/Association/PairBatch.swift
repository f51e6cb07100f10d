import KernelInterface
import MixedModels

/// One gene's pairs with the distinct variants of a batch, as the fast kernel left them and the
/// exact one mended them.
struct PairBatch {
  let model: GeneModel
  /// The batch's variants in the gene's window.
  let window: Range<Int>
  /// By variant of the window: whether the pair is wanted; nil where all are.
  private let mask: [Bool]?
  /// Slots of those variants.
  let slots: Range<Int>
  /// By slot, from `slots.lowerBound`; NaN where there is no p-value.
  var logPValues: [Double]
  /// By slot; nil where only the test is known.
  var fits: [PairFit?]
  /// By slot: how the pair's fit ended.
  var statuses: [FitStatus]
  /// By slot: whether the fit is exact.
  var isExact: [Bool]
  /// Slots that wait for an exact fit.
  var slotsToMend: [Int] = []

  init(model: GeneModel, window: Range<Int>, mask: [Bool]? = nil, slots: Range<Int>) {
    self.model = model
    self.mask = mask
    self.window = window
    self.slots = slots
    logPValues = [Double](repeating: .nan, count: slots.count)
    fits = [PairFit?](repeating: nil, count: slots.count)
    statuses = [FitStatus](repeating: .failed(.numerical), count: slots.count)
    isExact = [Bool](repeating: false, count: slots.count)
  }

  /// Whether a variant of the window is to be paired with the gene.
  func wants(_ index: Int) -> Bool { mask?[index - window.lowerBound] ?? true }

  /// Takes in an exact fit; the p-value follows.
  mutating func set(_ fit: PairFit, at slot: Int) {
    let place = slot - slots.lowerBound
    fits[place] = fit
    statuses[place] = fit.status
    isExact[place] = true
  }
}
