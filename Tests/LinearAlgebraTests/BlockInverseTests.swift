import Testing

@testable import LinearAlgebra

@Suite("Inverses of positive definite blocks")
struct BlockInverseTests {
  @Test("times the block are the identity", arguments: [1, 5, 24, 25, 49, 50, 97, 200])
  func inverse(order: Int) {
    var factor = Matrix(rows: order, columns: order)
    for i in 0..<order {
      for j in 0..<i { factor[i, j] = Double((7 * i + 3 * j) % 11 - 5) / Double(4 * order) }
      factor[i, i] = 1 + Double(i % 4) / 4
    }
    var inverse = Matrix(rows: order, columns: order)
    factor.elements.withUnsafeBufferPointer { factor in
      inverse.elements.withUnsafeMutableBufferPointer { out in
        guard let factor = factor.baseAddress, let out = out.baseAddress else { return }
        BlockProducts.invert(factor: factor, order: order, into: out)
      }
    }
    let product = (factor * factor.transposed) * inverse
    for i in 0..<order {
      for j in 0..<order {
        // A few hundred rounded sums of numbers of order one.
        #expect(abs(product[i, j] - (i == j ? 1 : 0)) < 1e-11, "\(i), \(j)")
        #expect(abs(inverse[i, j] - inverse[j, i]) < 1e-14)
      }
    }
  }
}
