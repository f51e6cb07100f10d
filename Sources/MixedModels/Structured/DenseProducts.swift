import LinearAlgebra

extension StructuredCriterion {
  /// tr(S E_d S E_e) − tr(UU'E_d UU'E_e) of a cluster where E_d or E_e is a matrix per subject: with
  /// Y_d = S E_d a product of two directions costs n², where their entries would cost n⁴ a subject.
  struct DenseProducts {
    private let members: [Members]
    private let s: UnsafePointer<Double>
    private let size: Int
    /// U'E_d U of every direction; none where UU' is not part of S.
    private let forms: [Matrix]
    /// Y_d, size × size, of directions with blocks; columns without are 0.
    private let images: [[Double]?]
    /// The columns that blocks stand in.
    private let columns: Range<Int>

    /// - Parameter s: valid as long as this is in use.
    init(_ members: [Members], _ s: UnsafePointer<Double>, forms: [Matrix], size: Int) {
      self.members = members
      self.s = s
      self.size = size
      self.forms = forms
      let all = members.flatMap(\.blocks)
      columns =
        (all.map(\.first).min() ?? 0)..<(all.map { $0.first + $0.matrix.rows }.max() ?? 0)
      images = members.map { member in
        guard !member.blocks.isEmpty else { return nil }
        var image = [Double](repeating: 0, count: size * size)
        image.withUnsafeMutableBufferPointer {
          guard let base = $0.baseAddress else { return }
          // Safe: blocks lie within the cluster's columns.
          for block in member.blocks {
            let order = block.matrix.rows
            BlockProducts.multiply(
              s + block.first, size, block.matrix.elements, order, into: base + block.first, size,
              rows: size, inner: order, columns: order)
          }
        }
        return image
      }
    }

    /// nil where neither direction has blocks.
    func product(_ d: Int, _ e: Int) -> Double? {
      var sum = 0.0
      switch (images[d], images[e]) {
      case (nil, nil): return nil
      case (let one?, let two?):
        for i in columns { for j in columns { sum += one[i &* size &+ j] * two[j &* size &+ i] } }
      case (let image?, nil): sum = mixed(image, members[e])
      case (nil, let image?): sum = mixed(image, members[d])
      }
      guard !forms.isEmpty else { return sum }
      let p = forms[d].rows
      for i in 0..<p { for j in 0..<p { sum -= forms[d][i, j] * forms[e][j, i] } }
      return sum
    }

    /// tr(Y S E) for E of entries: Σ w (Y S)[second, first].
    private func mixed(_ image: [Double], _ member: Members) -> Double {
      var sum = 0.0
      for entry in member.entries {
        var value = 0.0
        for j in columns {
          value += image[entry.second &* size &+ j] * s[j &* size &+ entry.first]
        }
        sum += entry.weight * value
      }
      return sum
    }
  }
}
