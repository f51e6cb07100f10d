import Distributions

/// Which planned visits took place.
enum PresentVisits {
  /// Whether each visit is there, subject-major.
  ///
  /// The number that is absent is the fraction asked for, to the nearest whole visit; visits go in
  /// random order, and one that its subject needs to keep the least number of visits stays.
  static func draw(
    subjects: Int, times: Int, missing: Double, leastVisits: Int, seed: UInt64
  ) -> [Bool] {
    var present = [Bool](repeating: true, count: subjects * times)
    var absent = Int((missing * Double(present.count)).rounded())
    guard absent > 0 else { return present }
    var kept = [Int](repeating: times, count: subjects)
    var order = Array(present.indices)
    var numbers = RandomNumbers(seed: seed, .visits)
    numbers.shuffle(&order)
    for visit in order where absent > 0 && kept[visit / times] > leastVisits {
      present[visit] = false
      kept[visit / times] -= 1
      absent -= 1
    }
    return present
  }
}
