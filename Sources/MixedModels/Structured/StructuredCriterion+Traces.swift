import Glibc
import LinearAlgebra

extension StructuredCriterion {
  /// Traces and quadratic forms along directions, at the point last evaluated.
  struct TraceSums {
    /// tr(S E_d), with H for S under ML.
    private(set) var traces: [Double]
    /// e'E_d e.
    private(set) var squares: [Double]
    /// tr(S E_d S E_d').
    private(set) var products: Matrix
    /// e'E_d' S E_d e.
    private(set) var crossSquares: Matrix
    /// L_x⁻ᵀ-whitened forms U, m⁺ of all clusters × P.
    private(set) var whitenedForms: [Double]
    /// e = Z⁺'Py.
    private(set) var scores: [Double]
    /// By row: S_ii and e_i² of the residual's columns.
    private var residualDiagonal: [(trace: Double, square: Double, row: Int)] = []
    /// Of correlated residuals' second derivatives E_ab: tr(S E_ab) and e'E_ab e.
    var second: [(trace: Double, square: Double)] = []
    let criterion: StructuredCriterion

    /// - Precondition: `prepareForms` was called.
    init(criterion: StructuredCriterion, members: [[Members]], wantsSecond: Bool = false) {
      self.criterion = criterion
      let count = members.first?.count ?? 0
      traces = [Double](repeating: 0, count: count)
      squares = traces
      products = Matrix(rows: count, columns: count)
      crossSquares = products
      whitenedForms = Self.whiten(criterion)
      scores = criterion.scores()
      let p = criterion.fixedCount
      var projected = Matrix(rows: count, columns: p)
      var offset = 0
      let largest = criterion.layouts.reduce(0) { max($0, $1.outer) }
      let scratch = Scratch(capacity: 3 * largest * largest + 2 * count * largest)
      let needsSecond = wantsSecond && criterion.design.serial != nil
      for (index, (layout, members)) in zip(criterion.layouts, members).enumerated() {
        add(layout, members, offset: offset, projected: &projected, scratch: scratch)
        if needsSecond {
          // The scratch still holds S behind two squares.
          addSecond(
            index, scratch.base + 2 * layout.outer * layout.outer, offset: offset,
            size: layout.outer)
        }
        offset += layout.outer
      }
      addAcrossClusters(members, projected: projected)
    }

    /// U.
    private static func whiten(_ criterion: StructuredCriterion) -> [Double] {
      let p = criterion.fixedCount
      let width = p + 1
      let count = criterion.outerCount
      var whitened = [Double](repeating: 0, count: count * p)
      let factor = Matrix(rows: p, columns: p, of: criterion.fixedFactor, stride: width)
      whitened.withUnsafeMutableBufferPointer { rows in
        for row in 0..<count {
          let form = criterion.forms + row &* width
          for j in 0..<p { rows[row &* p &+ j] = form[j] }
        }
        factor.elements.withUnsafeBufferPointer {
          guard let rows = rows.baseAddress, let factor = $0.baseAddress else { return }
          LinearAlgebra.whiten(rows, count: count, by: factor, order: p)
        }
      }
      return whitened
    }

    /// What one cluster adds: everything but the products of U across clusters.
    private mutating func add(
      _ layout: Layout, _ members: [Members], offset: Int, projected: inout Matrix,
      scratch: Scratch
    ) {
      let (m, size) = (layout.inner, layout.outer)
      let p = criterion.fixedCount
      let usesFixed = criterion.criterion == .reml
      // Safe: the scratch holds three squares of the largest cluster and two rows a direction.
      let h = scratch.base
      let outer = h + size &* size
      let s = outer + size &* size
      let moved = s + size &* size
      let image = moved + members.count &* size
      h.update(from: layout.gram, count: size &* size)
      BlockProducts.addTransposed(
        layout.solved, size, layout.solved, size, into: h, size, rows: size, inner: m,
        columns: size, factor: -1)
      whitenedForms.withUnsafeBufferPointer { forms in
        guard let base = forms.baseAddress else {
          outer.update(repeating: 0, count: size &* size)
          return
        }
        BlockProducts.gram(base + offset &* p, p, into: outer, rows: size, inner: p)
      }
      for i in 0..<(size &* size) { s[i] = usesFixed ? h[i] - outer[i] : h[i] }
      scores.withUnsafeBufferPointer { scores in
        for (d, member) in members.enumerated() {
          let row = moved + d &* size
          row.update(repeating: 0, count: size)
          for entry in member.entries {
            traces[d] += entry.weight * s[entry.first &* size &+ entry.second]
            let value = entry.weight * scores[offset &+ entry.second]
            squares[d] += scores[offset &+ entry.first] * value
            row[entry.first] += value
          }
          for block in member.blocks {
            let (trace, square) = block.forms(s, scores, offset: offset, size: size, image: row)
            traces[d] += trace
            squares[d] += square
          }
        }
      }
      if criterion.isExtended {
        for row in 0..<layout.rows {
          let place = m &+ row
          let score = scores[offset &+ place]
          residualDiagonal.append(
            (s[place &* size &+ place], score * score, layout.firstRow &+ row))
        }
      }
      BlockProducts.multiply(
        moved, size, h, size, into: image, size, rows: members.count, inner: size,
        columns: size)
      whitenedForms.withUnsafeBufferPointer { forms in
        guard let base = forms.baseAddress else { return }
        for d in members.indices {
          for i in 0..<size {
            let value = moved[d &* size &+ i]
            guard value != 0 else { continue }
            let row = base + (offset &+ i) &* p
            for j in 0..<p { projected.elements[d &* p &+ j] += value * row[j] }
          }
        }
      }
      let dense: DenseProducts? =
        criterion.design.serial == nil
        ? nil
        : DenseProducts(
          members, s, forms: usesFixed ? members.map { outerForm([$0], from: offset) } : [],
          size: size)
      for d in members.indices {
        for other in 0...d {
          var cross = 0.0
          let (a, b) = (image + d &* size, moved + other &* size)
          for i in 0..<size { cross += a[i] * b[i] }
          crossSquares[d, other] += cross
          products[d, other] +=
            dense?.product(d, other)
            ?? Self.product(members[d], members[other], s, usesFixed ? outer : nil, size: size)
        }
      }
    }

    /// Σ S[l a, m d] S[l b, m c] over two directions' entries, less that of UU' (which
    /// `addAcrossClusters` adds for all clusters at once).
    private static func product(
      _ one: Members, _ two: Members, _ s: UnsafePointer<Double>,
      _ outer: UnsafePointer<Double>?, size: Int
    ) -> Double {
      var sum = 0.0
      for left in one.entries {
        let first = s + left.first &* size
        let second = s + left.second &* size
        var part = 0.0
        if let outer {
          let outerFirst = outer + left.first &* size
          let outerSecond = outer + left.second &* size
          for right in two.entries {
            part +=
              right.weight
              * (first[right.second] * second[right.first]
                - outerFirst[right.second] * outerSecond[right.first])
          }
        } else {
          for right in two.entries {
            part += right.weight * first[right.second] * second[right.first]
          }
        }
        sum += left.weight * part
      }
      return sum
    }

    private mutating func addAcrossClusters(_ members: [[Members]], projected: Matrix) {
      let p = criterion.fixedCount
      if criterion.criterion == .reml, p > 0 {
        let forms = traces.indices.map { d in outerForm(members.map { $0[d] }, from: 0) }
        for d in traces.indices {
          for other in 0...d {
            // Y_d[s, t] Y_other[t, s]: the second direction's entries stand the other way round.
            var sum = 0.0
            let (a, b) = (forms[d], forms[other])
            for i in 0..<p {
              for j in 0..<p { sum += a.elements[i &* p &+ j] * b.elements[j &* p &+ i] }
            }
            products[d, other] += sum
          }
        }
      }
      for d in traces.indices {
        for other in 0...d {
          for j in 0..<p { crossSquares[d, other] -= projected[d, j] * projected[other, j] }
          products[other, d] = products[d, other]
          crossSquares[other, d] = crossSquares[d, other]
        }
      }
    }

    /// Y_d = Σ w u_first u_second' over clusters, P × P.
    ///
    /// - Parameter offset: the first cluster's place in U.
    private func outerForm(_ members: [Members], from offset: Int) -> Matrix {
      let p = criterion.fixedCount
      var first: [Double] = []
      var second: [Double] = []
      var offset = offset
      var count = 0
      for (layout, member) in zip(criterion.layouts, members) {
        for entry in member.entries {
          let a = (offset + entry.first) * p
          let b = (offset + entry.second) * p
          first.append(contentsOf: whitenedForms[a..<(a + p)])
          if entry.weight == 1 {
            second.append(contentsOf: whitenedForms[b..<(b + p)])
          } else {
            for j in 0..<p { second.append(entry.weight * whitenedForms[b + j]) }
          }
          count += 1
        }
        for block in member.blocks {
          let order = block.matrix.rows
          let a = (offset + block.first) * p
          let rows = Matrix(
            rows: order, columns: p, elements: Array(whitenedForms[a..<(a + order * p)]))
          first.append(contentsOf: rows.elements)
          second.append(contentsOf: (block.matrix * rows).elements)
          count += order
        }
        offset += layout.outer
      }
      var form = Matrix(rows: p, columns: p)
      form.elements.withUnsafeMutableBufferPointer { out in
        guard let out = out.baseAddress else { return }
        BlockProducts.addTransposed(
          first, p, second, p, into: out, p, rows: p, inner: count, columns: p)
      }
      return form
    }

    /// Σ_i w_ik w_il · combine(S_ii, e_i²).
    func residualSecond(_ k: Int, _ l: Int, _ combine: (Double, Double) -> Double) -> Double {
      residualDiagonal.reduce(0) { sum, item in
        sum + criterion.weight(k, row: item.row) * criterion.weight(l, row: item.row)
          * combine(item.trace, item.square)
      }
    }
  }
}
