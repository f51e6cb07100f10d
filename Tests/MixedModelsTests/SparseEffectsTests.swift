import Glibc
import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("Random effects by the sparse criterion")
struct SparseEffectsTests {
  /// Full matrices over all levels' columns, by the textbook.
  struct Dense {
    /// D̃Z̃'V⁻¹ of everything, and D̃ − D̃Z̃'V⁻¹Z̃D̃.
    let effects: [[Double]]
    let covariance: [[Double]]
    let sensitivity: [[Double]]
    /// The first column of every level, by term.
    let starts: [[Int]]

    init(_ cohort: StructuredCohort, _ made: SparseCriterion, at x: [Double]) {
      let n = cohort.response.count
      var starts: [[Int]] = []
      var z: [[Double]] = []
      var prior: [(first: Int, d: Matrix)] = []
      for (index, term) in made.design.terms.enumerated() {
        let q = term.columns.columns
        let d = made.parameters.covariance(index, of: x)
        var own: [Int] = []
        for level in 0..<term.levelCount {
          own.append(z.count)
          prior.append((z.count, d))
          for a in 0..<q {
            z.append(
              (0..<n).map {
                term.levelOfRow[$0] == level ? made.design.scaledColumns[index][$0, a] : 0
              })
          }
        }
        starts.append(own)
      }
      self.starts = starts
      let m = z.count
      var full = [[Double]](repeating: [Double](repeating: 0, count: m), count: m)
      for (first, d) in prior {
        for a in 0..<d.rows { for b in 0..<d.rows { full[first + a][first + b] = d[a, b] } }
      }
      func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
        a.map { row in
          (0..<(b.first?.count ?? 0)).map { j in row.indices.reduce(0) { $0 + row[$1] * b[$1][j] } }
        }
      }
      // D̃Z̃' with z by columns.
      let dz = product(full, z)
      let phi = Array(x[made.parameters.covarianceCount...])
      var v = product((0..<n).map { i in z.map { $0[i] } }, dz)
      for i in 0..<n {
        let log = phi.indices.reduce(0) { $0 + phi[$1] * cohort.residual.covariates[i, $1] }
        v[i][i] += exp(2 * log) / (cohort.residual.weights?[i] ?? 1)
      }
      let inverse = DenseTwin(x: [], z: [], y: [], donor: []).invert(v).0
      let smoother = product(dz, inverse)
      let residual = (0..<n).map { i in
        cohort.response[i]
          - (0..<3).reduce(0) { $0 + cohort.fixed[i, $1] * made.coefficients[$1] }
      }
      effects = product(smoother, residual.map { [$0] })
      sensitivity = product(smoother, (0..<n).map { i in (0..<3).map { cohort.fixed[i, $0] } })
      let taken = product(smoother, (0..<n).map { i in dz.map { $0[i] } })
      covariance = (0..<m).map { i in (0..<m).map { full[i][$0] - taken[i][$0] } }
    }
  }

  @Test("are the textbook's with full matrices", arguments: SparseCriterionTests.kinds)
  func isDense(kind: StructuredCohort.Kind) {
    let cohort = StructuredCohort(kind, seed: 4)
    let made = SparseCriterionTests.criterion(cohort, .reml)
    for x in SparseCriterionTests.points(made.parameters, seed: 8) {
      #expect(made.evaluate(at: x))
      let dense = Dense(cohort, made, at: x)
      let effects = made.effects()
      var levels: [(term: Int, level: Int)] = []
      for (index, term) in made.design.terms.enumerated() {
        let q = term.columns.columns
        let blocks = made.conditionalCovariances(term: index)
        #expect(effects[index].count == term.levelCount * q)
        #expect(blocks.count == term.levelCount * q * q)
        for level in 0..<term.levelCount {
          let first = dense.starts[index][level]
          let sensitivity = made.fixedSensitivity(term: index, level: level)
          for a in 0..<q {
            #expect(abs(effects[index][level * q + a] - dense.effects[first + a][0]) < 1e-10)
            for b in 0..<q {
              #expect(
                abs(blocks[(level * q + a) * q + b] - dense.covariance[first + a][first + b])
                  < 1e-11)
            }
            for c in 0..<3 {
              #expect(abs(sensitivity[a, c] - dense.sensitivity[first + a][c]) < 1e-11)
            }
          }
          if level % 3 != 2 { levels.append((index, level)) }
        }
      }
      let joint = made.conditionalCovariance(of: levels)
      let columns = levels.flatMap { item in
        (0..<made.parameters.sizes[item.term]).map { dense.starts[item.term][item.level] + $0 }
      }
      #expect(joint.rows == columns.count)
      for (i, row) in columns.enumerated() {
        for (j, column) in columns.enumerated() {
          #expect(abs(joint[i, j] - dense.covariance[row][column]) < 1e-11)
        }
      }
    }
  }

  @Test("are the prior's for a level without samples")
  func absent() {
    var cohort = StructuredCohort(.crossed, seed: 4)
    cohort.terms[0].levelNames.append("absent")
    let made = SparseCriterionTests.criterion(cohort, .reml)
    let x = SparseCriterionTests.points(made.parameters, seed: 8)[0]
    #expect(made.evaluate(at: x))
    let level = cohort.terms[0].levelCount - 1
    let prior = made.parameters.covariance(0, of: x)
    #expect(made.effects()[0].suffix(2) == [0, 0])
    #expect(Array(made.conditionalCovariances(term: 0).suffix(4)) == prior.elements)
    #expect(made.conditionalCovariance(of: [(0, level)]) == prior)
    let joint = made.conditionalCovariance(of: [(0, level), (1, 0)])
    #expect(joint[0, 2] == 0 && joint[2, 1] == 0 && joint[2, 2] > 0)
    #expect(made.fixedSensitivity(term: 0, level: level).elements.allSatisfy { $0 == 0 })
  }
}
