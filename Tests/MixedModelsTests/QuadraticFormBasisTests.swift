import KernelInterface
import LinearAlgebra
import Testing
import VectorKernels

@testable import MixedModels

@Suite("Forms of variants from a few points")
struct QuadraticFormBasisTests {
  /// X'P_C X for the design's orthonormal genotype columns, by dense matrices in the user's units.
  private static func denseForms(
    _ cohort: TestCohort, _ design: DesignCrossProducts, at m: SymmetricMatrix2,
    dosages: [Double]
  ) -> (Double, Double, Double) {
    let components = VarianceComponents(point: m, design: design, residualVariance: 1)
    var twin = cohort
    for (place, donor) in design.donorOrder.enumerated() { twin.dosages[donor] = dosages[place] }
    let inverse = twin.twin(withGenotype: true)
      .solve(relative: PairFitTests.relative(components)).inverse
    // The genotype block of the inverse is (X'P_C X)⁻¹.
    let p = design.fixedCount
    let user = SymmetricMatrix2(inverse[p][p], inverse[p][p + 1], inverse[p + 1][p + 1]).inverse
    let r = design.genotypeBasis.inverseR
    func form(_ a: Int, _ b: Int) -> Double {
      r[0, a] * (user.a11 * r[0, b] + user.a12 * r[1, b])
        + r[1, a] * (user.a12 * r[0, b] + user.a22 * r[1, b])
    }
    return (form(0, 0), form(0, 1), form(1, 1))
  }

  /// A point with eigenvalues up to 0.97, a quarter of them singular.
  private static func point(
    _ shape: RandomEffectShape, _ random: inout TestRandom
  ) -> SymmetricMatrix2 {
    let first = 0.97 * random.uniform()
    let second = random.uniform() < 0.25 ? 0 : 0.97 * random.uniform()
    switch shape {
    case .scalar: return SymmetricMatrix2(first, 0, 0)
    case .diagonal: return SymmetricMatrix2(first, 0, second)
    case .full:
      let mean = 0.5 * (first + second)
      let along = 0.5 * abs(first - second) * (2 * random.uniform() - 1)
      let across = (0.25 * (first - second) * (first - second) - along * along).squareRoot()
      return SymmetricMatrix2(mean + along, across, mean - along)
    }
  }

  private static func variants(_ count: Int, _ random: inout TestRandom) -> [[Double]] {
    var rare = [Double](repeating: 0, count: count)
    for carrier in 0..<3 { rare[carrier * 5] = 1 }
    return [
      (0..<count).map { _ in Double(Int(random.uniform() * 3)) },
      (0..<count).map { _ in 2 * random.uniform() },
      rare,
    ]
  }

  @Test(
    "are those of dense matrices, at the points and anywhere between",
    arguments: [RandomEffectShape.full, .diagonal, .scalar], [0.0, 0.25])
  func forms(shape: RandomEffectShape, missing: Double) throws {
    var random = TestRandom(seed: 31)
    let cohort = TestCohort(seed: 12, donors: 20, missing: missing, shape: shape)
    let design = try DesignCrossProducts(cohort.matrices)
    let shared = try #require(
      ChartDesign(design: design, columns: PairFitTests.columns, criterion: .reml))
    let variants = Self.variants(design.donorCount, &random)
    let block = VariantBlock(
      operators: FormOperators(shared: shared), capacity: 32, kernel: SIMDLevel.highest.kernel)
    for variant in variants { block.append(variant) }
    block.prepare()
    let basis = try #require(shared.basis)
    #expect(basis.points.count >= (shape == .scalar ? 3 : 6))
    func stored(_ point: Int, _ variant: Int) -> [Double] {
      (0..<3).map { Double(block.forms.base[(point * 3 + $0) * block.capacity + variant]) }
    }
    func expect(
      _ found: [Double], _ dense: (Double, Double, Double), _ tolerance: Double, _ context: String
    ) {
      #expect(abs(found[0] - dense.0) <= tolerance * dense.0, "\(context)")
      #expect(abs(found[2] - dense.2) <= tolerance * dense.2, "\(context)")
      #expect(
        abs(found[1] - dense.1) <= tolerance * (dense.0 * dense.2).squareRoot(), "\(context)")
    }
    for point in basis.points.indices where point % 3 == 0 {
      for variant in variants.indices {
        // Sums of 20 donors in single precision; the covariates leave more than a tenth of a form.
        expect(
          stored(point, variant),
          Self.denseForms(cohort, design, at: basis.points[point], dosages: variants[variant]),
          2e-5, "point \(point)")
      }
    }
    let nodes = (0..<10).map { _ in Self.point(shape, &random) }
    let points = try #require(DesignPoints(design.fixedPart, points: nodes))
    let (weights, _, error) = basis.weights(at: points)
    #expect(weights.rows == nodes.count && weights.columns == basis.points.count)
    #expect(error < 1e-4, "charts refuse more than that")
    for (row, node) in nodes.enumerated() {
      for variant in variants.indices {
        var found = [0.0, 0, 0]
        for point in basis.points.indices {
          for (entry, value) in stored(point, variant).enumerated() {
            found[entry] += weights[row, point] * value
          }
        }
        // A basis leaves 4e-6 of training variants and charts use one that leaves up to 1e-4, of
        // forms whose covariates are not taken out; these here lose another factor of a few.
        expect(
          found, Self.denseForms(cohort, design, at: node, dosages: variants[variant]), 3e-4,
          "\(node) variant \(variant)")
      }
    }
  }
}
