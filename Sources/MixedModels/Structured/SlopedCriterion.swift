import LinearAlgebra

/// A criterion with exact gradients: second derivatives are differences of them.
protocol SlopedCriterion: SearchedCriterion {
  /// Value and gradient; nil where the criterion cannot be evaluated.
  func slope(at x: [Double]) -> TrustRegion.Slope?
}

extension SlopedCriterion {
  /// Of second derivatives by central differences with steps of 1e-4: their error, 1e-8 of fourth
  /// derivatives and 1e-4 of a gradient's 1e-12.
  var flatness: Double { 1e-7 }

  /// Quasi-Newton steps, whose last is judged by differences around it.
  func minimum(from start: [Double]) -> TrustRegion.Result? {
    TrustRegion().minimise(
      from: start, slope: { slope(at: $0) },
      curvature: { x, gradient, isFinal in
        hessian(at: x, gradient, isCentral: isFinal, holdsRotations: true)
      })
  }

  /// Whether the criterion falls all the way from a start to a known optimum, by steps along the
  /// straight line between the symmetric roots of D̃: then no ridge parts them, and another descent
  /// would only show that.
  func leads(from start: [Double], to optimum: StructuredOptimum, value: Double) -> Bool {
    guard optimum.status != .flat, var last = valueOnly(at: start) else { return false }
    var end = optimum.x
    for term in parameters.sizes.indices {
      guard let system = symmetricEigensystem(parameters.covariance(term, of: end)) else {
        return false
      }
      var scaled = system.vectors
      for k in system.values.indices {
        let root = max(0, system.values[k]).squareRoot()
        for row in system.values.indices { scaled[row, k] *= root }
      }
      parameters.setFactor(scaled * system.vectors.transposed, term, of: &end)
    }
    let steps = 8
    for step in 1..<steps {
      let share = Double(step) / Double(steps)
      let x = zip(start, end).map { (1 - share) * $0 + share * $1 }
      guard let here = valueOnly(at: x), here < last else { return false }
      last = here
    }
    return value < last
  }

  /// The Hessian by differences of gradients: central with an error of the order of the squared
  /// step, or one-sided at half the price. Along rotations of T it is exact: gradients turn with
  /// T, so that H vec(TK) = vec(ΓK) for skew K, Γ the gradient.
  func hessian(
    at x: [Double], _ gradient: [Double], isCentral: Bool, holdsRotations: Bool
  ) -> Matrix? {
    let count = parameters.count
    let (rotations, others) = bases(at: x, gradient)
    var hessian = Matrix(rows: count, columns: count)
    // H = Σ (Hv) v' over an orthonormal basis.
    func add(_ image: [Double], _ direction: [Double]) {
      for i in 0..<count {
        for j in 0..<count { hessian[i, j] += image[i] * direction[j] }
      }
    }
    let step = 1e-4 * max(1, x.reduce(0) { $0 + $1 * $1 }.squareRoot())
    for direction in others {
      func moved(_ by: Double) -> [Double]? {
        slope(at: zip(x, direction).map { $0 + by * $1 })?.gradient
      }
      guard let up = moved(step), let down = isCentral ? moved(-step) : gradient else { return nil }
      let width = isCentral ? 2 * step : step
      add(zip(up, down).map { ($0 - $1) / width }, direction)
    }
    for rotation in rotations { add(rotation.image, rotation.direction) }
    for i in 0..<count {
      for j in 0..<i {
        let mean = 0.5 * (hessian[i, j] + hessian[j, i])
        (hessian[i, j], hessian[j, i]) = (mean, mean)
      }
    }
    guard holdsRotations else { return hessian }
    let scale = (0..<count).reduce(0) { max($0, abs(hessian[$1, $1])) }
    for rotation in rotations { add(rotation.direction.map { scale * $0 }, rotation.direction) }
    return hessian
  }

  /// Orthonormal directions that rotate T, with the Hessian's images, and those across them.
  private func bases(
    at x: [Double], _ gradient: [Double]
  ) -> (rotations: [(direction: [Double], image: [Double])], others: [[Double]]) {
    let count = parameters.count
    let directions = parameters.rotations(of: x)
    let images = parameters.rotations(of: gradient)
    var gram = Matrix(rows: count, columns: count)
    for direction in directions {
      for i in 0..<count where direction[i] != 0 {
        for j in 0..<count { gram[i, j] += direction[i] * direction[j] }
      }
    }
    guard let system = symmetricEigensystem(gram) else { return ([], []) }
    let limit = 1e-6 * max(system.values.last ?? 0, 1e-6)
    var rotations: [(direction: [Double], image: [Double])] = []
    var others: [[Double]] = []
    for k in 0..<count {
      let vector = system.vectors.column(k)
      guard system.values[k] > limit else {
        others.append(vector)
        continue
      }
      // vector = Σ c_j direction_j with c_j = direction_j'vector / eigenvalue.
      var image = [Double](repeating: 0, count: count)
      for (direction, turned) in zip(directions, images) {
        let share = dotProduct(direction, vector) / system.values[k]
        for i in 0..<count { image[i] += share * turned[i] }
      }
      rotations.append((vector, image))
    }
    return (rotations, others)
  }
}
