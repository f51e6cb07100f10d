import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("Donors that a model leaves")
struct DonorFreedomTests {
  /// Numbers that look random and repeat.
  private static func number(_ index: Int, _ salt: Int) -> Double {
    let mixed: Int = index * 7919 + salt * 104_729 + index * index * salt
    return Double(mixed % 1009) / 1009 - 0.5
  }

  /// A cohort whose donors were seen at these times; `columns` are made of donor, sample and time.
  private static func matrices(
    _ times: [[Double]],
    _ columns: [(name: String, value: (_ donor: Int, _ sample: Int, _ time: Double) -> Double)],
    hasSlopes: Bool = true, genotypeNames: [String] = ["genotype", "time:genotype"]
  ) -> ModelMatrices {
    let rows = times.indices.flatMap { donor in times[donor].map { (donor, $0) } }
    let time = rows.map(\.1)
    let ones = [Double](repeating: 1, count: rows.count)
    let fixed =
      [ones, time]
      + columns.map { column in
        rows.enumerated().map { column.value($1.0, $0, $1.1) }
      }
    return ModelMatrices(
      fixed: Matrix(rows: rows.count, columns: fixed),
      fixedNames: ["(Intercept)", "time"] + columns.map(\.name),
      genotype: Matrix(
        rows: rows.count, columns: genotypeNames.count == 2 ? [ones, time] : [time]),
      genotypeNames: genotypeNames, testedColumns: [genotypeNames.count - 1],
      random: Matrix(rows: rows.count, columns: hasSlopes ? [ones, time] : [ones]),
      shape: hasSlopes ? .full : .scalar,
      randomNames: hasSlopes ? ["(Intercept)", "time"] : ["(Intercept)"],
      donorOfSample: rows.map(\.0))
  }

  private static func balanced(donors: Int, visits: Int = 4) -> [[Double]] {
    [[Double]](repeating: (0..<visits).map { Double($0) - 1.5 }, count: donors)
  }

  /// The definition in plain loops: ranks of the coefficients that donors have of their own, found by
  /// least squares in each donor for columns that are known to lie there.
  private static func rank(_ columns: [[Double]]) -> Int {
    var basis: [[Double]] = []
    for column in columns {
      var rest = column
      for _ in 0..<2 {
        for vector in basis {
          let product = zip(vector, rest).reduce(0) { $0 + $1.0 * $1.1 }
          for i in rest.indices { rest[i] -= product * vector[i] }
        }
      }
      let length = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let whole = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if length > 1e-8 * whole { basis.append(rest.map { $0 / length }) }
    }
    return basis.count
  }

  @Test("are the donors less one for each donor-level column, by intercept and slope")
  func counts() {
    let freedom = DonorFreedom(
      Self.matrices(
        Self.balanced(donors: 19),
        [
          ("pc1", { donor, _, _ in Self.number(donor, 1) }),
          ("pc2", { donor, _, _ in Self.number(donor, 2) }),
          ("pc1:time", { donor, _, time in Self.number(donor, 1) * time }),
          ("rin", { _, sample, _ in Self.number(sample, 3) }),
          ("I(time^2)", { _, _, time in time * time }),
        ]))
    #expect(freedom.intercepts.donors == 19 && freedom.slopes.donors == 19)
    #expect(freedom.intercepts.columns == 4 && freedom.intercepts.left == 15)
    #expect(freedom.intercepts.names == ["(Intercept)", "pc1", "pc2", "genotype"])
    #expect(freedom.slopes.columns == 3 && freedom.slopes.left == 16)
    #expect(freedom.slopes.names == ["time", "pc1:time", "time:genotype"])
    #expect(
      freedom.text(of: freedom.slopes)
        == "19 donors − 3 columns (time, pc1:time, time:genotype) leave 16")
  }

  @Test("do not depend on how columns are named, scaled, mixed or where time is centred")
  func spaces() {
    let times = (0..<14).map { donor in
      (0..<(3 + donor % 3)).map { Double($0) + 0.1 * Double(donor % 2) }
    }
    func freedom(_ centre: Double, _ scale: Double, mixes: Bool) -> DonorFreedom {
      let shifted = times.map { $0.map { $0 - centre } }
      let mix = mixes ? 1.0 : 0
      return DonorFreedom(
        Self.matrices(
          shifted,
          [
            ("a", { donor, _, _ in scale * Self.number(donor, 1) }),
            (
              "b",
              { donor, sample, time in
                Self.number(donor, 1) * time + mix * (Self.number(sample, 4) + time)
              }
            ),
            ("c", { _, sample, _ in Self.number(sample, 4) }),
          ]))
    }
    let plain = freedom(0, 1, mixes: false)
    #expect(plain.slopes.columns == 3 && plain.intercepts.columns == 3)
    for (centre, scale) in [(0.0, 1e6), (1.7, 1e-6), (2000, 1)] {
      for mixes in [false, true] {
        let other = freedom(centre, scale, mixes: mixes)
        #expect(other.slopes.columns == 3, "\(centre) \(scale) \(mixes)")
        #expect(other.intercepts.columns == 3 && other.slopes.donors == 14)
      }
    }
    // A column that is donor-level only together with another has no name in the list.
    #expect(freedom(0, 1, mixes: true).slopes.names == ["time", "time:genotype"])
  }

  @Test("agree with ranks of donors' coefficients, over random models", arguments: 1...12)
  func ranks(seed: Int) {
    let donors = 9 + seed
    let times = (0..<donors).map { donor in
      (0..<(3 + (donor * seed) % 4)).map { Double($0) + 0.2 * Self.number(donor, seed) }
    }
    let intercepts = (0..<(seed % 4)).map { index in
      (0..<donors).map { Self.number($0, 10 * seed + index) }
    }
    let slopes = (0..<(seed % 5)).map { index in
      (0..<donors).map { Self.number($0, 10 * seed + 5 + index) }
    }
    let matrices = Self.matrices(
      times,
      intercepts.enumerated().map { index, values in ("i\(index)", { d, _, _ in values[d] }) }
        + slopes.enumerated().map { index, values in ("s\(index)", { d, _, t in values[d] * t }) }
        + [("rin", { _, sample, _ in Self.number(sample, 99) })])
    let freedom = DonorFreedom(matrices)
    let ones = [Double](repeating: 1, count: donors)
    #expect(freedom.intercepts.columns == Self.rank([ones] + intercepts) + 1)
    #expect(freedom.slopes.columns == Self.rank([ones] + slopes) + 1)
  }

  @Test("count for slopes only where they were seen at two times or more")
  func singleVisits() {
    var times = Self.balanced(donors: 12)
    for donor in 0..<3 { times[donor] = [Double(donor)] }
    times[3] = [1, 1]
    let freedom = DonorFreedom(Self.matrices(times, []))
    #expect(freedom.intercepts.donors == 12 && freedom.slopes.donors == 8)
  }

  @Test("with two visits every column that changes within donors takes up one")
  func twoVisits() {
    let freedom = DonorFreedom(
      Self.matrices(
        Self.balanced(donors: 15, visits: 2),
        [("rin", { _, sample, _ in Self.number(sample, 3) })], hasSlopes: false))
    #expect(freedom.slopes.names == ["time", "rin", "time:genotype"])
    #expect(freedom.slopes.columns == 3 && freedom.slopes.left == 12)
  }

  @Test("below five refuse a model, below ten draw a warning")
  func limits() throws {
    func freedom(_ covariates: Int) -> DonorFreedom {
      DonorFreedom(
        Self.matrices(
          Self.balanced(donors: 15),
          (0..<covariates).flatMap { index in
            [
              ("c\(index)", { donor, _, _ in Self.number(donor, index + 1) }),
              ("c\(index):time", { donor, _, time in Self.number(donor, index + 1) * time }),
            ]
          }))
    }
    #expect(freedom(3).slopes.left == 10 && freedom(3).warnings.isEmpty)
    try freedom(3).check()
    let few = freedom(8)
    #expect(few.slopes.left == 5)
    try few.check()
    #expect(few.warnings.count == 2)
    #expect(few.warnings[0].contains("slopes") && few.warnings[0].contains("leave 5"))
    let error = #expect(throws: ModelError.self) { try freedom(9).check() }
    #expect(error?.what.contains("slopes") == true)
    #expect(error?.found?.contains("15 donors − 11 columns") == true)
    #expect(error?.found?.hasSuffix("leave 4") == true)
  }

  @Test("what is said to be ample is, whatever its columns")
  func ample() {
    for donors in 5...30 {
      for visits in 2...4 {
        let matrices = Self.matrices(
          Self.balanced(donors: donors, visits: visits),
          [("a:time", { donor, _, time in Self.number(donor, 1) * time })])
        if DonorFreedom.isAmple(matrices) {
          #expect(throws: Never.self) { try DonorFreedom(matrices).check() }
        }
      }
    }
    #expect(DonorFreedom.isAmple(Self.matrices(Self.balanced(donors: 30), [])))
    #expect(!DonorFreedom.isAmple(Self.matrices(Self.balanced(donors: 6), [])))
  }
}
