import LinearAlgebra

@testable import MixedModels

/// A small simulated cohort in the library's terms and in the dense twin's.
struct TestCohort {
  var matrices: ModelMatrices
  var response: [Double]
  /// One per donor.
  var dosages: [Double]

  /// - Parameters:
  ///   - missing: probability that a visit is missing; every donor keeps two.
  ///   - slopeDeviation: SD of random slopes (0 makes singular fits likely).
  init(
    seed: UInt64, donors: Int = 14, visits: Int = 5, missing: Double = 0.2,
    slopeDeviation: Double = 0.5, shape: RandomEffectShape = .full, effect: Double = 0
  ) {
    var random = TestRandom(seed: seed)
    var fixed: [[Double]] = []
    var time: [Double] = []
    var donorOf: [Int] = []
    var y: [Double] = []
    var g: [Double] = []
    for donor in 0..<donors {
      let dosage = donor < 3 ? Double(donor) : Double(Int(random.uniform() * 3))
      g.append(dosage)
      let age = random.normal()
      let u0 = random.normal()
      let u1 = slopeDeviation * (0.5 * u0 + random.normal())
      var kept = 0
      for visit in 0..<visits {
        let last = visits - visit
        guard kept + last <= 2 || random.uniform() >= missing else { continue }
        kept += 1
        let t = Double(visit) - 1.7
        let rin = random.normal()
        time.append(t)
        donorOf.append(donor)
        fixed.append([1, t, age, rin])
        y.append(3 + 0.4 * t + 0.2 * age + u0 + (u1 + effect * dosage) * t + random.normal())
      }
    }
    let ones = [Double](repeating: 1, count: time.count)
    matrices = ModelMatrices(
      fixed: Matrix(
        rows: time.count, columns: (0..<4).map { column in fixed.map { $0[column] } }),
      fixedNames: ["(Intercept)", "time", "age", "rin"],
      genotype: Matrix(rows: time.count, columns: [ones, time]),
      genotypeNames: ["genotype", "time:genotype"], testedColumns: [1],
      random: Matrix(
        rows: time.count, columns: shape == .scalar ? [ones] : [ones, time]),
      shape: shape, randomNames: shape == .scalar ? ["(Intercept)"] : ["(Intercept)", "time"],
      donorOfSample: donorOf)
    response = y
    dosages = g
  }

  /// The dense twin with (or without) the variant's columns.
  func twin(withGenotype: Bool) -> DenseTwin {
    let n = response.count
    let x = (0..<n).map { i -> [Double] in
      var row = (0..<matrices.fixed.columns).map { matrices.fixed[i, $0] }
      if withGenotype {
        let g = dosages[matrices.donorOfSample[i]]
        row += (0..<matrices.genotype.columns).map { g * matrices.genotype[i, $0] }
      }
      return row
    }
    return DenseTwin(
      x: x, z: (0..<n).map { i in (0..<matrices.random.columns).map { matrices.random[i, $0] } },
      y: response, donor: matrices.donorOfSample)
  }

  /// Dosages in a design's donor order.
  func dosages(in design: DesignCrossProducts) -> [Double] {
    design.donorOrder.map { dosages[$0] }
  }
}
