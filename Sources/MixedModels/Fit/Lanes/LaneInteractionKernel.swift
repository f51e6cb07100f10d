import KernelInterface
import VectorKernels

/// The exact refit of pairs of one design, eight at a time in the lanes of vectors.
///
/// The same criterion, iteration and report as `ExactInteractionKernel`, to rounding. Every lane has
/// its own gene, variant and point; a pair's numbers do not depend on the pairs beside it, bit for
/// bit. One object serves one worker.
package final class LaneInteractionKernel {
  private let design: DesignCrossProducts
  private let method: DegreesOfFreedomMethod
  private let refit: VarianceRefit
  private let scale: CriterionScale
  private let kernel: any VectorKernel.Type
  private let storage: LaneStorage
  private let contrasts: LaneContrasts
  private var lanes: [Lane]

  /// What a lane holds.
  private struct Lane {
    var gene = -1
    var variant = -1
    var pair: PendingPair?
  }

  /// A pair between two evaluations; it may go on in another lane.
  private struct PendingPair {
    /// Index into the requests of the call.
    var request: Int
    var gene: Int
    var variant: Int
    var iteration: NewtonIteration
    var phase = Phase.iterating
  }

  private enum Phase {
    case iterating
    /// The start has no value: the variant's columns are looked at without random effects.
    case checkingColumns
    /// The criterion was evaluated where the pair is to be reported.
    case reporting
  }

  /// With so few pairs left in the lanes they wait for a later group: an evaluation costs the same
  /// for one pair as for eight.
  private static let fewPairs = 2

  /// - Parameter level: the instruction set to use.
  /// - Precondition: the processor supports `level`; Kenward and Roger's method goes with REML.
  package init(
    design: DesignCrossProducts, columns: InteractionColumns, criterion: EstimationCriterion,
    method: DegreesOfFreedomMethod, refit: VarianceRefit = .all, level: SIMDLevel = .highest
  ) {
    precondition(method.isDefined(for: criterion), "\(method) with \(criterion)")
    self.design = design
    self.method = method
    self.refit = refit
    scale = CriterionScale(
      design: design, criterion: criterion, genotypeCount: design.genotypeCount)
    kernel = level.kernel
    storage = LaneStorage(
      design: design, criterion: criterion, needsHessian: refit == .all || method == .kenwardRoger)
    contrasts = LaneContrasts(design: design, columns: columns)
    lanes = Array(repeating: Lane(), count: LaneStorage.laneCount)
  }

  /// Fits pairs; the result at an index belongs to the request at it.
  ///
  /// Requests may come in any order and mix; they are taken gene by gene. Cheapest with many
  /// requests a call, and eight or more of each gene.
  ///
  /// - Parameters:
  ///   - genes: what `PairRequest.gene` counts.
  ///   - dosages: donors × variants, column-major, what `PairRequest.variant` counts: one per donor
  ///     in the design's donor order, none missing.
  /// - Precondition: genes belong to the kernel's design, and their null fits did not fail.
  package func fit(
    _ requests: [PairRequest], genes: [PairGene], dosages: UnsafePointer<Double>
  ) -> [PairFit] {
    guard scale.degreesOfFreedom > 0 else {
      return requests.map { _ in .failed(.notIdentifiable) }
    }
    for lane in lanes.indices { lanes[lane] = Lane() }
    var fits = [PairFit](repeating: .failed(.numerical), count: requests.count)
    func report(_ request: Int, _ fit: PairFit) { fits[request] = fit }
    // Pairs that start at their null fit share its contractions in the first evaluation.
    // Gene by gene, since a gene that all lanes share is taken in once for them.
    let order = requests.indices.sorted {
      (requests[$0].gene, $0) < (requests[$1].gene, $1)
    }
    let fromNull = order.filter { startsAtNull(requests[$0], genes) }
    let others = order.filter { !startsAtNull(requests[$0], genes) }
    var left: [PendingPair] = []
    for (queue, isAtNull) in [(fromNull, true), (others, false)] {
      for first in stride(from: 0, to: queue.count, by: LaneStorage.laneCount) {
        let group = queue[first..<min(first + LaneStorage.laneCount, queue.count)]
        load(group.map { pending($0, requests[$0], genes) }[...], genes: genes, dosages: dosages)
        left += iterate(startsAtNull: isAtNull, genes: genes, leaveFew: true, report: report)
      }
    }
    var next = 0
    while next < left.count {
      let group = left[next..<min(next + LaneStorage.laneCount, left.count)]
      next = group.endIndex
      load(group, genes: genes, dosages: dosages)
      left += iterate(
        startsAtNull: false, genes: genes, leaveFew: next < left.count, report: report)
    }
    return fits
  }

  private func startsAtNull(_ request: PairRequest, _ genes: [PairGene]) -> Bool {
    guard let start = request.start, refit == .all else { return true }
    return start.point == genes[request.gene].null.point
  }

  private func pending(
    _ index: Int, _ request: PairRequest, _ genes: [PairGene]
  ) -> PendingPair {
    let start = refit == .none ? nil : request.start
    let null = genes[request.gene].null
    var iteration = NewtonIteration(
      shape: design.shape, start: start?.point ?? null.point, face: start?.face ?? null.face)
    if start != nil { iteration.minimumSteps = 1 }
    return PendingPair(
      request: index, gene: request.gene, variant: request.variant, iteration: iteration)
  }

  /// Fills the lanes; those beyond the group repeat its last pair and are not reported.
  private func load(
    _ group: ArraySlice<PendingPair>, genes: [PairGene], dosages: UnsafePointer<Double>
  ) {
    let last = group.index(before: group.endIndex)
    let held = lanes.indices.map { group[min(group.startIndex + $0, last)] }
    let genesChanged = load(genesOf: held, genes: genes)
    var variantsChanged = false
    for (lane, pair) in held.enumerated() {
      if lanes[lane].variant != pair.variant {
        // Safe: the column of a variant has one number per donor.
        storage.load(dosages: dosages + pair.variant * design.donorCount, lane: lane)
        lanes[lane].variant = pair.variant
        variantsChanged = true
      }
      lanes[lane].pair = lane < group.count ? pair : nil
      storage.set(point: pair.iteration.trial, lane: lane)
    }
    if variantsChanged { kernel.sumGenotypes(storage.criterion) }
    if variantsChanged || genesChanged { kernel.sumResponses(storage.criterion) }
  }

  /// Takes the pairs' genes into the lanes; whether any lane has another one than before.
  private func load(genesOf held: [PendingPair], genes: [PairGene]) -> Bool {
    let changed = lanes.indices.filter { lanes[$0].gene != held[$0].gene }
    guard let first = changed.first else { return false }
    if changed.count == lanes.count, held.allSatisfy({ $0.gene == held[first].gene }) {
      let gene = genes[held[first].gene]
      storage.load(response: gene.response, null: gene.null, lane: nil)
    } else {
      for lane in changed {
        let gene = genes[held[lane].gene]
        storage.load(response: gene.response, null: gene.null, lane: lane)
      }
    }
    for lane in changed { lanes[lane].gene = held[lane].gene }
    return true
  }

  /// Runs the lanes until each is reported.
  ///
  /// - Parameter leaveFew: whether the last pairs may be left for another group; they are returned.
  private func iterate(
    startsAtNull: Bool, genes: [PairGene], leaveFew: Bool, report: (Int, PairFit) -> Void
  ) -> [PendingPair] {
    var isAtNull = startsAtNull
    while true {
      kernel.evaluate(storage.criterion, isAtNull: isAtNull)
      isAtNull = false
      var reports = false
      var running = 0
      for lane in lanes.indices {
        guard var pair = lanes[lane].pair else { continue }
        if let reason = advance(&pair, lane: lane) {
          report(pair.request, .failed(reason))
          lanes[lane].pair = nil
          continue
        }
        if pair.phase == .reporting { reports = true } else { running += 1 }
        lanes[lane].pair = pair
      }
      if reports {
        contrasts.estimate(kernel, storage)
        if method == .kenwardRoger { contrasts.curve(kernel, storage) }
        for lane in lanes.indices {
          guard let pair = lanes[lane].pair, pair.phase == .reporting else { continue }
          report(pair.request, pairFit(pair, lane: lane, gene: genes[pair.gene]))
          lanes[lane].pair = nil
        }
      }
      if running == 0 || leaveFew && running <= Self.fewPairs {
        return lanes.compactMap(\.pair)
      }
      for lane in lanes.indices {
        if let pair = lanes[lane].pair { storage.set(point: pair.iteration.trial, lane: lane) }
      }
    }
  }

  /// Takes a lane's evaluation in; the reason where that ends its pair without a fit.
  private func advance(_ pair: inout PendingPair, lane: Int) -> FitStatus.Reason? {
    // 1 − R² of the variant's columns on the covariates below 1e-10: what is left is rounding.
    let isCollinear = !(storage.result(LaneResult.genotypePivot, lane: lane) > 1e-10)
    let value = storage.criterion(lane: lane)
    if pair.phase == .checkingColumns {
      return isCollinear || value == nil ? .collinear : .numerical
    }
    if refit == .none, value != nil {
      pair.phase = .reporting
    } else {
      pair.iteration.take(value)
      switch pair.iteration.state {
      case .starting, .searching, .closing: return nil
      case .finished: pair.phase = .reporting
      case .failed:
        pair.phase = .checkingColumns
        pair.iteration = NewtonIteration(shape: design.shape, start: .zero, face: .zero)
        return nil
      }
    }
    return isCollinear ? .collinear : nil
  }

  private func pairFit(_ pair: PendingPair, lane: Int, gene: PairGene) -> PairFit {
    let rss = storage.result(LaneResult.residualSquares, lane: lane)
    let residualVariance = rss / scale.degreesOfFreedom
    let iteration = pair.iteration
    let status: FitStatus =
      refit == .none
      ? gene.null.status
      : !iteration.converged ? .flat : iteration.face == .interior ? .ok : .boundary
    let point = refit == .none ? gene.null.point : iteration.point
    let inference = inference(pair, lane: lane, gene: gene, point: point)
    func estimate(_ index: Int?) -> CoefficientEstimate {
      guard let index else { return .missing }
      var unscaled = storage.estimate(index, LaneEstimate.unscaledVariance, lane: lane)
      let df: Double
      switch inference {
      case .fixed(let degreesOfFreedom): df = degreesOfFreedom
      case .satterthwaite(let curvature):
        let at = LaneEstimate.slope
        let slope = SIMD4(
          storage.estimate(index, at, lane: lane), storage.estimate(index, at + 1, lane: lane),
          storage.estimate(index, at + 2, lane: lane), 0)
        df = curvature.degreesOfFreedom(slope: slope, residual: scale.degreesOfFreedom)
      case .kenwardRoger(let adjustment):
        (unscaled, df) = adjustment.inference(storage.curve(1 + index, lane: lane))
      }
      return CoefficientEstimate(
        value: storage.estimate(index, LaneEstimate.value, lane: lane)
          + contrasts.offset(index, gene.response),
        standardError: (residualVariance * unscaled).squareRoot(), degreesOfFreedom: df)
    }
    func covariance(_ genotype: Int) -> Double {
      if case .kenwardRoger(let adjustment) = inference {
        // The genotype's combination is the second, so that theirs is the curve after the variances.
        return adjustment.adjusted(storage.curve(1 + contrasts.count, lane: lane))
      }
      return storage.estimate(genotype, LaneEstimate.unscaledCovariance, lane: lane)
    }
    let interaction = estimate(0)
    // Without positive curvature the point is no optimum, whatever the iteration said.
    let isOptimum = !interaction.degreesOfFreedom.isNaN
    return PairFit(
      status: isOptimum ? status : .flat, genotype: estimate(contrasts.genotype),
      time: estimate(contrasts.time), interaction: interaction,
      covarianceGenotypeInteraction: contrasts.genotype.map {
        residualVariance * covariance($0)
      } ?? .nan,
      components: VarianceComponents(
        point: point, design: design, residualVariance: residualVariance),
      deviance: scale.deviance(
        of: storage.result(LaneResult.value, lane: lane)))
  }

  private func inference(
    _ pair: PendingPair, lane: Int, gene: PairGene, point: SymmetricMatrix2
  ) -> Inference {
    switch method {
    case .infinite: .fixed(degreesOfFreedom: .infinity)
    case .residual: .fixed(degreesOfFreedom: scale.residualDegreesOfFreedom)
    case .satterthwaite:
      .satterthwaite(
        refit == .none
          ? SurfaceCurvature(
            criterion: gene.null.optimum, point: point, face: gene.null.face, shape: design.shape)
          : SurfaceCurvature(
            criterion: pair.iteration.criterion, point: point, face: pair.iteration.face,
            shape: design.shape))
    case .kenwardRoger:
      .kenwardRoger(
        KenwardRoger(
          determinants: storage.curve(0, lane: lane), point: point, shape: design.shape,
          nu: scale.degreesOfFreedom))
    }
  }
}
