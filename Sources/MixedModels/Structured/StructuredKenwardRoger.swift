import LinearAlgebra

/// Kenward and Roger's (1997) adjusted covariance and degrees of freedom for any structure, over
/// the covariance entries, the residual's φ, the serial correlation ρ over the design's unit of time
/// and the residual variance, on the boundary too.
///
/// In coordinates whitened by L_x the covariance Φ of β̂ is I (times σ²); with U = Z⁺'V⁻¹X L_x⁻ᵀ,
/// P_i = −U'E_iU and Q_ij = U'E_i H E_j U. Where the residual has no parameters but its variance, V
/// itself takes the place of that direction, a combination of it and the others: everything along V
/// is known (PVP = P, U'U = I), and the residual's columns are not needed.
struct StructuredKenwardRoger {
  /// −P_i of every parameter.
  private let forms: [Matrix]
  /// W, the inverse of the expected information.
  private let weights: Matrix
  /// 2 Σ W_ij (Q_ij − P_iP_j − R_ij/4).
  private let adjustment: Matrix

  /// nil where the information is singular.
  ///
  /// - Precondition: the criterion is that of REML and was evaluated, forms included.
  init?(_ criterion: StructuredCriterion) {
    precondition(criterion.criterion == .reml)
    let isExtended = criterion.isExtended
    let members = criterion.members(withScale: isExtended, by: .correlation)
    let sums = StructuredCriterion.TraceSums(criterion: criterion, members: members)
    let groups = Self.symmetricGroups(criterion)
    // Parameters whose directions are entries of Z⁺; behind them V, where it is one.
    let count = groups.count
    let all = isExtended ? count : count + 1
    var information = Matrix(rows: all, columns: all)
    for i in 0..<count {
      for j in 0..<count {
        for d in groups[i] { for e in groups[j] { information[i, j] += 0.5 * sums.products[d, e] } }
      }
      guard !isExtended else { continue }
      for d in groups[i] { information[i, count] += 0.5 * sums.traces[d] }
      information[count, i] = information[i, count]
    }
    if !isExtended { information[count, count] = 0.5 * criterion.degreesOfFreedom }
    guard let weights = positiveDefiniteInverse(information) else { return nil }
    self.weights = weights
    let p = criterion.fixedCount
    var forms = [Matrix](repeating: Matrix(rows: p, columns: p), count: count)
    var total = Matrix(rows: p, columns: p)
    var offset = 0
    for (index, (layout, members)) in zip(criterion.layouts, members).enumerated() {
      let u = Matrix(
        rows: layout.outer, columns: p,
        elements: Array(sums.whitenedForms[(offset * p)..<((offset + layout.outer) * p)]))
      let moved = groups.map { group in
        var product = Matrix(rows: layout.outer, columns: p)
        for d in group {
          for entry in members[d].entries {
            for j in 0..<p { product[entry.first, j] += entry.weight * u[entry.second, j] }
          }
          for block in members[d].blocks { block.add(u, to: &product) }
        }
        return product
      }
      let h = criterion.precision(layout)
      for i in 0..<count {
        let form = u.transposed * moved[i]
        for k in form.elements.indices { forms[i].elements[k] += form.elements[k] }
        var combined = Matrix(rows: layout.outer, columns: p)
        for j in 0..<count where weights[i, j] != 0 {
          for k in combined.elements.indices {
            combined.elements[k] += weights[i, j] * moved[j].elements[k]
          }
        }
        let product = moved[i].transposed * (h * combined)
        for k in product.elements.indices { total.elements[k] += product.elements[k] }
      }
      if criterion.design.serial == nil {
        Self.subtractCurvature(
          criterion, layout, u: u, weights: weights, from: &total)
      } else {
        Self.subtractSerialCurvature(criterion, index, u: u, weights: weights, from: &total)
      }
      offset += layout.outer
    }
    if !isExtended {
      // Q of V with the others is their form, with itself the identity.
      for i in 0..<count {
        for k in total.elements.indices {
          total.elements[k] += 2 * weights[i, count] * forms[i].elements[k]
        }
      }
      forms.append(.identity(p))
      for j in 0..<p { total[j, j] += weights[count, count] }
    }
    for i in 0..<all {
      var combined = Matrix(rows: p, columns: p)
      for j in 0..<all {
        for k in combined.elements.indices {
          combined.elements[k] += weights[i, j] * forms[j].elements[k]
        }
      }
      let product = forms[i] * combined
      for k in product.elements.indices { total.elements[k] -= product.elements[k] }
    }
    for i in 0..<p { for j in 0..<i { total[i, j] = 0.5 * (total[i, j] + total[j, i]) } }
    for i in 0..<p { for j in (i + 1)..<max(p, i + 1) { total[i, j] = total[j, i] } }
    for k in total.elements.indices { total.elements[k] *= 2 }
    self.forms = forms
    adjustment = total
  }

  /// The ordered directions of every parameter: both orders of a covariance are one.
  private static func symmetricGroups(_ criterion: StructuredCriterion) -> [[Int]] {
    let parameters = criterion.parameters
    var groups: [[Int]] = []
    for (term, q) in parameters.sizes.enumerated() {
      let start = parameters.offsets[term]
      for a in 0..<q {
        for b in 0...a {
          groups.append(
            a == b ? [start + a * q + a] : [start + a * q + b, start + b * q + a])
        }
      }
    }
    guard criterion.isExtended else { return groups }
    // φ, and the residual variance behind it.
    let last = parameters.residualCount
    for k in 0...last {
      // A correlation at its bound counts as known.
      if criterion.design.serial != nil, k == last - 1, !criterion.tellsCorrelation { continue }
      groups.append([parameters.covarianceCount + k])
    }
    return groups
  }

  /// Σ W_ij R_ij / 4 of the parameters V is not linear in: R is exponential in φ.
  private static func subtractCurvature(
    _ criterion: StructuredCriterion, _ layout: StructuredCriterion.Layout, u: Matrix,
    weights: Matrix, from total: inout Matrix
  ) {
    let count = criterion.parameters.residualCount
    guard count > 0 else { return }
    let first = weights.rows - 1 - count
    let p = u.columns
    for row in 0..<layout.rows {
      var curvature = 0.0
      for k in 0..<count {
        let weight = criterion.weight(k, row: layout.firstRow + row)
        curvature += 2 * weights[first + k, weights.rows - 1] * weight
        for l in 0..<count {
          curvature +=
            weights[first + k, first + l] * weight
            * criterion.weight(l, row: layout.firstRow + row)
        }
      }
      let place = layout.inner + row
      for i in 0..<p {
        for j in 0..<p { total[i, j] -= 0.25 * curvature * u[place, i] * u[place, j] }
      }
    }
  }

  /// What the adjustment adds to a'b, the covariance of two contrasts in whitened coordinates.
  func inflation(_ a: [Double], _ b: [Double]) -> Double {
    zip(adjustment * b, a).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The denominator's degrees of freedom and the factor of F of some contrasts in whitened
  /// coordinates; nil where they depend on one another.
  ///
  /// Kenward & Roger (1997), section 3, with the moments as pbkrtest has them (Halekoh &
  /// Højsgaard 2014, equations 8 to 16).
  func test(_ contrasts: [[Double]]) -> (degreesOfFreedom: Double, scale: Double)? {
    let k = contrasts.count
    let q = Double(k)
    let gram = Matrix(
      rows: k, columns: (0..<k).map { j in (0..<k).map { dotProduct(contrasts[$0], contrasts[j]) } }
    )
    guard let inverse = positiveDefiniteInverse(gram) else { return nil }
    let shares = forms.map { form -> Matrix in
      var share = Matrix(rows: k, columns: k)
      for j in 0..<k {
        let image = form * contrasts[j]
        for i in 0..<k { share[i, j] = dotProduct(contrasts[i], image) }
      }
      return inverse * share
    }
    let traces = shares.map { share in (0..<k).reduce(0) { $0 + share[$1, $1] } }
    var a1 = 0.0
    var a2 = 0.0
    for i in forms.indices {
      for j in forms.indices {
        a1 += weights[i, j] * traces[i] * traces[j]
        var product = 0.0
        for r in 0..<k { for s in 0..<k { product += shares[i][r, s] * shares[j][s, r] } }
        a2 += weights[i, j] * product
      }
    }
    guard a2 > 0 else { return (.infinity, 1) }
    guard k > 1 else { return (2 / a2, 1) }
    let b = (a1 + 6 * a2) / (2 * q)
    let g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
    let divisor = 3 * q + 2 * (1 - g)
    let (c1, c2, c3) = (g / divisor, (q - g) / divisor, (q + 2 - g) / divisor)
    let mean = 1 / (1 - a2 / q)
    let (v0, v1, v2) = (1 + c1 * b, 1 - c2 * b, 1 - c3 * b)
    let variance = 2 / q * v0 / (v1 * v1 * v2)
    let rho = variance / (2 * mean * mean)
    let df = 4 + (q + 2) / (q * rho - 1)
    return (df, df / (mean * (df - 2)))
  }
}
