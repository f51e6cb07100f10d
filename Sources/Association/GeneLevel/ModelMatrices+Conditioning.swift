import LinearAlgebra
import MixedModels

extension ModelMatrices {
  /// The model with genotype columns of a variant among its fixed columns.
  ///
  /// - Parameters:
  ///   - dosages: one per donor in `design`'s order, whose matrices these are.
  ///   - columns: which of the genotype columns.
  func conditioned(
    on dosages: ArraySlice<Double>, columns: [Int], of design: DesignCrossProducts
  ) -> ModelMatrices {
    var result = self
    var fixed = (0..<self.fixed.columns).map { self.fixed.column($0) }
    for column in columns {
      var values = genotype.column(column)
      for (rows, dosage) in zip(design.donorRows, dosages) {
        for row in rows { values[row] *= dosage }
      }
      fixed.append(values)
      result.fixedNames.append("conditioned:\(fixed.count)")
      if !fixedVariables.isEmpty { result.fixedVariables.append([]) }
    }
    result.fixed = Matrix(rows: self.fixed.rows, columns: fixed)
    return result
  }
}
