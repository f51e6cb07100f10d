import LinearAlgebra

/// What inference takes from the criterion.
extension StructuredCriterion {
  func scoreSquares() -> [Double] { squares(of: scores()) }

  func squares(ofFixed s: [Double]) -> [Double] {
    let width = fixedCount + 1
    // Safe: `forms` has a row of P + 1 numbers for every column of Z⁺.
    return squares(
      of: (0..<outerCount).map { row in
        let form = forms + row * width
        var sum = 0.0
        for j in s.indices { sum += form[j] * s[j] }
        return sum
      })
  }

  func kenwardRoger() -> StructuredKenwardRoger? { StructuredKenwardRoger(self) }

  /// v'E_d v along the parameters' directions, for one number per column of Z⁺.
  private func squares(of values: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: parameters.count)
    var offset = 0
    for (layout, members) in zip(layouts, members) {
      for (d, member) in members.enumerated() {
        for entry in member.entries {
          sums[d] += entry.weight * values[offset + entry.first] * values[offset + entry.second]
        }
        for block in member.blocks {
          let part = Array(values[(offset + block.first)...].prefix(block.matrix.rows))
          sums[d] += dotProduct(part, block.matrix * part)
        }
      }
      offset += layout.outer
    }
    return sums
  }
}
