import Distributions
import LinearAlgebra
import MixedModels
import Testing

@testable import Association

@Suite("Effective numbers of tests")
struct EffectiveTestsTests {
  private static let donors = 24

  /// Three visits a donor; an age of the donor and a covariate of the visit.
  private static func design(_ random: inout RandomNumbers) throws -> (
    design: DesignCrossProducts, age: [Double]
  ) {
    let age = (0..<donors).map { _ in random.normal() }
    var columns = [[Double]](repeating: [], count: 4)
    for donor in 0..<donors {
      for time in 0..<3 {
        let row = [1, Double(time), age[donor], random.normal()]
        for (j, value) in row.enumerated() { columns[j].append(value) }
      }
    }
    let n = 3 * donors
    let matrices = ModelMatrices(
      fixed: Matrix(rows: n, columns: columns), fixedNames: ["(Intercept)", "time", "age", "rin"],
      genotype: Matrix(rows: n, columns: [columns[0], columns[1]]),
      genotypeNames: ["genotype", "time:genotype"], testedColumns: [1],
      random: Matrix(rows: n, columns: [columns[0]]), shape: .scalar, randomNames: ["(Intercept)"],
      donorOfSample: (0..<n).map { $0 / 3 })
    return (try DesignCrossProducts(matrices), age)
  }

  /// Variants in linkage disequilibrium: each repeats its predecessor in most donors.
  private static func dosages(_ count: Int, _ random: inout RandomNumbers) -> [[Double]] {
    var columns: [[Double]] = []
    for index in 0..<count {
      columns.append(
        (0..<donors).map { donor in
          if index > 0, random.chance(0.85) { return columns[index - 1][donor] }
          return Double(random.integer(below: 3))
        })
    }
    return columns
  }

  /// The eigenvalues of a symmetric matrix by Jacobi rotations.
  private static func eigenvalues(_ matrix: [[Double]]) -> [Double] {
    var a = matrix
    let n = a.count
    for _ in 0..<60 {
      for p in 0..<n {
        for q in (p + 1)..<max(p + 1, n) where abs(a[p][q]) > 1e-15 {
          let theta = 0.5 * (a[q][q] - a[p][p]) / a[p][q]
          let sign = theta < 0 ? -1.0 : 1
          let t = sign / (abs(theta) + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<n {
            let (x, y) = (a[k][p], a[k][q])
            (a[k][p], a[k][q]) = (c * x - s * y, s * x + c * y)
          }
          for k in 0..<n {
            let (x, y) = (a[p][k], a[q][k])
            (a[p][k], a[q][k]) = (c * x - s * y, s * x + c * y)
          }
        }
      }
    }
    return (0..<n).map { a[$0][$0] }.sorted(by: >)
  }

  /// The published recipe in plain loops.
  private static func slowCount(_ columns: [[Double]], age: [Double]) -> Int {
    let n = Double(donors)
    let mean = age.reduce(0, +) / n
    let centred = age.map { $0 - mean }
    let size = centred.reduce(0) { $0 + $1 * $1 }
    var total = 0
    for start in stride(from: 0, to: columns.count, by: 200) {
      let x = columns[start..<min(start + 200, columns.count)].map { column -> [Double] in
        let average = column.reduce(0, +) / n
        let slope = zip(column, centred).reduce(0) { $0 + $1.0 * $1.1 } / size
        let rest = zip(column, centred).map { $0 - average - slope * $1 }
        let square = rest.reduce(0) { $0 + $1 * $1 } / (n - 2)
        return rest.map { $0 / square.squareRoot() }
      }
      let p = x.count
      var s = [[Double]](repeating: [Double](repeating: 0, count: p), count: p)
      // b² = Σ over donors of ‖x x' − S‖², as far as it does not cancel.
      var noise = 0.0
      for i in 0..<p {
        for j in 0..<p {
          for d in 0..<donors { s[i][j] += x[i][d] * x[j][d] / (n - 2) }
          var fourth = 0.0
          for d in 0..<donors { fourth += x[i][d] * x[i][d] * x[j][d] * x[j][d] }
          noise += (fourth / (n - 2) - s[i][j] * s[i][j]) / (n - 2)
        }
      }
      var distance = 0.0
      for i in 0..<p {
        for j in 0..<p {
          let off = s[i][j] - (i == j ? 1 : 0)
          distance += off * off
        }
      }
      let weight = min(1, max(0, noise / distance))
      for i in 0..<p { for j in 0..<p { s[i][j] *= 1 - weight } }
      for i in 0..<p { s[i][i] += weight }
      var sum = 0.0
      var count = 0
      for value in eigenvalues(s) where sum < 0.99 * Double(p) {
        sum += value
        count += 1
      }
      total += count
    }
    return total
  }

  @Test(arguments: [1, 2, 15, 40, 230])
  func `are those of the recipe in plain loops`(_ count: Int) throws {
    var random = RandomNumbers(seed: UInt64(count))
    let (design, age) = try Self.design(&random)
    let columns = Self.dosages(count, &random)
    let ordered = columns.flatMap { column in design.donorOrder.map { column[$0] } }
    let found = ordered.withUnsafeBufferPointer {
      EffectiveTests(design: design).count(dosages: $0, of: Array(columns.indices))
    }
    let expected = Self.slowCount(columns, age: age)
    // A cumulative share may lie within rounding of 99 %.
    #expect(abs(found - expected) <= (count > 100 ? 1 : 0), "\(found) and \(expected)")
    #expect(found >= 1 && found <= count)
  }

  @Test func `repeats add nothing in a window but what shrinkage leaves them`() throws {
    var random = RandomNumbers(seed: 3)
    let (design, _) = try Self.design(&random)
    let one = Self.dosages(1, &random)[0]
    let ordered = design.donorOrder.map { one[$0] }
    let found = ordered.withUnsafeBufferPointer {
      EffectiveTests(design: design).count(
        dosages: $0, of: [Int](repeating: 0, count: 50))
    }
    #expect(found < 50)
  }

  @Test func `a variant that covariates explain is no test`() throws {
    var random = RandomNumbers(seed: 4)
    let (design, age) = try Self.design(&random)
    let columns = design.donorOrder.map { 1 + 0.2 * age[$0] }
    let found = columns.withUnsafeBufferPointer {
      EffectiveTests(design: design).count(dosages: $0, of: [0])
    }
    #expect(found == 0)
  }
}
