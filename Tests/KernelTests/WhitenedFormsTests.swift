import KernelInterface
import Testing
import VectorKernels

@Suite("Products of whitened polynomials")
struct WhitenedFormsTests {
  static let levels = SIMDLevel.allCases.filter(\.isSupported)

  /// Polynomials in one variable: coefficient γ of a product has the pairs α + β = γ.
  private struct Problem {
    let fixed = 5
    let coefficients = 4
    let products = 6
    let columns = 64
    let stride: Int
    var whitened: [Float]
    var squares: [Float]
    var starts: [Int32] = [0]
    var pairs: [Int32] = []
    let factorials: [Float] = [1, 1, 2, 6, 24, 120]

    init(stride: Int) {
      var generator = SplitMix(state: 8)
      self.stride = stride
      whitened = (0..<(coefficients * 2 * fixed * stride)).map { _ in
        Float.random(in: -1...1, using: &generator)
      }
      // Larger than what is taken off, as squares are.
      squares = (0..<(3 * products * stride)).map { _ in
        Float.random(in: 20...30, using: &generator)
      }
      for sum in 0..<products {
        for alpha in 0..<coefficients where (alpha..<coefficients).contains(sum - alpha) {
          pairs += [Int32(alpha), Int32(sum - alpha)]
        }
        starts.append(Int32(pairs.count / 2))
      }
    }

    func run(_ level: SIMDLevel) -> (forms: [Float], shares: [Float]) {
      var forms = squares
      var shares = [Float](repeating: -77, count: stride)
      forms.withUnsafeMutableBufferPointer { forms in
        shares.withUnsafeMutableBufferPointer { shares in
          guard let forms = forms.baseAddress, let shares = shares.baseAddress else { return }
          whitened.withUnsafeBufferPointer { whitened in
            starts.withUnsafeBufferPointer { starts in
              pairs.withUnsafeBufferPointer { pairs in
                factorials.withUnsafeBufferPointer { factorials in
                  guard let whitened = whitened.baseAddress, let starts = starts.baseAddress,
                    let pairs = pairs.baseAddress, let factorials = factorials.baseAddress
                  else { return }
                  var problem = WhitenedForms(
                    fixedCount: fixed, coefficientCount: coefficients, productCount: products,
                    columns: columns, stride: stride, whitened: whitened, starts: starts,
                    pairs: pairs, factorials: factorials, forms: forms, shares: shares)
                  level.kernel.subtractProducts(&problem)
                }
              }
            }
          }
        }
      }
      return (forms, shares)
    }

    /// Row `row` of coefficient `coefficient` of R in one column.
    func r(_ coefficient: Int, _ row: Int, _ column: Int) -> Double {
      Double(whitened[(coefficient * 2 * fixed + row) * stride + column])
    }
  }

  @Test(
    "are taken off the squares as a plain loop does, and nothing beside them is written",
    arguments: levels)
  func naive(level: SIMDLevel) {
    let problem = Problem(stride: 96)
    let (forms, shares) = problem.run(level)
    let p = problem.fixed
    for column in 0..<problem.stride {
      for gamma in 0..<problem.products {
        for (entry, (a, b)) in [(0, 0), (0, p), (p, p)].enumerated() {
          let at = (3 * gamma + entry) * problem.stride + column
          guard column < problem.columns else {
            #expect(forms[at] == problem.squares[at])
            continue
          }
          var sum = 0.0
          for alpha in 0..<problem.coefficients {
            let beta = gamma - alpha
            guard (0..<problem.coefficients).contains(beta) else { continue }
            for j in 0..<p {
              sum += problem.r(alpha, a + j, column) * problem.r(beta, b + j, column)
            }
          }
          // The squares have as many coefficients as R; those of the product beyond have none.
          let plain = gamma < problem.coefficients ? Double(problem.squares[at]) : 0
          let factorial = Double(problem.factorials[gamma])
          // 20 roundings of sums below 20, times γ!, and one of the difference.
          #expect(
            abs(Double(forms[at]) - (plain - factorial * sum))
              <= 0x1p-24 * (400 * factorial + abs(plain)),
            "γ \(gamma), entry \(entry), column \(column)")
        }
      }
      guard column < problem.columns else {
        #expect(shares[column] == -77)
        continue
      }
      let left = [0, 2].map { row -> Float in
        forms[row * problem.stride + column] / problem.squares[row * problem.stride + column]
      }
      #expect(shares[column] == left.min())
    }
  }

  @Test("are the same bits on every instruction set")
  func instructionSets() {
    let problem = Problem(stride: 64)
    let (forms, shares) = problem.run(.baseline)
    for level in Self.levels {
      let (others, otherShares) = problem.run(level)
      #expect(others.map(\.bitPattern) == forms.map(\.bitPattern), "\(level)")
      #expect(otherShares.map(\.bitPattern) == shares.map(\.bitPattern), "\(level)")
    }
  }
}
