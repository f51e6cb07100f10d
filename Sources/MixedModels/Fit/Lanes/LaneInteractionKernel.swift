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
    var request = 0
    var gene = -1
    var variant = -1
    var iteration = NewtonIteration(shape: .full, start: .zero, face: .zero)
    var phase = Phase.idle
  }

  private enum Phase {
    case idle
    case iterating
    /// The start has no value: the variant's columns are looked at without random effects.
    case checkingColumns
    /// The criterion was evaluated where the pair is to be reported.
    case reporting
  }

  /// - Parameter level: the instruction set to use.
  /// - Precondition: the processor supports `level`.
  package init(
    design: DesignCrossProducts, columns: InteractionColumns, criterion: EstimationCriterion,
    method: DegreesOfFreedomMethod, refit: VarianceRefit = .all, level: SIMDLevel = .highest
  ) {
    self.design = design
    self.method = method
    self.refit = refit
    scale = CriterionScale(
      design: design, criterion: criterion, genotypeCount: design.genotypeCount)
    kernel = level.kernel
    storage = LaneStorage(design: design, criterion: criterion, needsHessian: refit == .all)
    contrasts = LaneContrasts(design: design, columns: columns)
    lanes = Array(repeating: Lane(), count: LaneStorage.laneCount)
  }

  /// Fits pairs; the result at an index belongs to the request at it.
  ///
  /// Cheapest where requests that follow one another share their gene, or repeat the variants of
  /// the eight before.
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
    for lane in lanes.indices { (lanes[lane].gene, lanes[lane].variant) = (-1, -1) }
    var fits = [PairFit](repeating: .failed(.numerical), count: requests.count)
    // Pairs that start at their null fit share its contractions in the first evaluation.
    let fromNull = requests.indices.filter { startsAtNull(requests[$0], genes) }
    let others = requests.indices.filter { !startsAtNull(requests[$0], genes) }
    for (queue, isAtNull) in [(fromNull, true), (others, false)] {
      for first in stride(from: 0, to: queue.count, by: LaneStorage.laneCount) {
        let group = queue[first..<min(first + LaneStorage.laneCount, queue.count)]
        load(group, of: requests, genes: genes, dosages: dosages)
        iterate(startsAtNull: isAtNull, genes: genes) { fits[$0] = $1 }
      }
    }
    return fits
  }

  private func startsAtNull(_ request: PairRequest, _ genes: [PairGene]) -> Bool {
    guard let start = request.start, refit == .all else { return true }
    return start.point == genes[request.gene].null.point
  }

  /// Fills the lanes; those beyond the group repeat its last pair and are not reported.
  private func load(
    _ group: ArraySlice<Int>, of requests: [PairRequest], genes: [PairGene],
    dosages: UnsafePointer<Double>
  ) {
    var variantsChanged = false
    var genesChanged = false
    let last = group.index(before: group.endIndex)
    for lane in 0..<LaneStorage.laneCount {
      let at = min(group.startIndex + lane, last)
      let index = group[at]
      let request = requests[index]
      let gene = genes[request.gene]
      if lanes[lane].variant != request.variant {
        // Safe: the column of a variant has one number per donor.
        storage.load(dosages: dosages + request.variant * design.donorCount, lane: lane)
        lanes[lane].variant = request.variant
        variantsChanged = true
      }
      if lanes[lane].gene != request.gene {
        storage.load(response: gene.response, null: gene.null, design: design, lane: lane)
        lanes[lane].gene = request.gene
        genesChanged = true
      }
      let start =
        refit == .none ? nil : request.start
      lanes[lane].request = index
      lanes[lane].iteration = NewtonIteration(
        shape: design.shape, start: start?.point ?? gene.null.point,
        face: start?.face ?? gene.null.face)
      lanes[lane].phase = group.startIndex + lane <= last ? .iterating : .idle
      storage.set(point: lanes[lane].iteration.trial, lane: lane)
    }
    if variantsChanged { kernel.sumGenotypes(storage.criterion) }
    if variantsChanged || genesChanged { kernel.sumResponses(storage.criterion) }
  }

  /// Runs the lanes until each is reported.
  private func iterate(
    startsAtNull: Bool, genes: [PairGene], report: (Int, PairFit) -> Void
  ) {
    var isAtNull = startsAtNull
    while lanes.contains(where: { $0.phase != .idle }) {
      kernel.evaluate(storage.criterion, isAtNull: isAtNull)
      isAtNull = false
      var reports = false
      for lane in lanes.indices {
        if let reason = advance(lane) { report(lanes[lane].request, .failed(reason)) }
        if lanes[lane].phase == .reporting { reports = true }
        if lanes[lane].phase != .idle {
          storage.set(point: lanes[lane].iteration.trial, lane: lane)
        }
      }
      guard reports else { continue }
      contrasts.estimate(kernel, storage)
      for lane in lanes.indices where lanes[lane].phase == .reporting {
        report(lanes[lane].request, pairFit(lane: lane, gene: genes[lanes[lane].gene]))
        lanes[lane].phase = .idle
      }
    }
  }

  /// Takes a lane's evaluation in; the reason where that ends it without a fit.
  private func advance(_ lane: Int) -> FitStatus.Reason? {
    // 1 − R² of the variant's columns on the covariates below 1e-10: what is left is rounding.
    let isCollinear = !(storage.result(LaneResult.genotypePivot, lane: lane) > 1e-10)
    switch lanes[lane].phase {
    case .idle, .reporting: return nil
    case .checkingColumns:
      lanes[lane].phase = .idle
      return isCollinear || storage.result(LaneResult.isDefined, lane: lane) == 0
        ? .collinear : .numerical
    case .iterating:
      let value = storage.criterion(lane: lane)
      if refit == .none, value != nil {
        lanes[lane].phase = .reporting
      } else {
        lanes[lane].iteration.take(value)
        switch lanes[lane].iteration.state {
        case .starting, .searching, .closing: return nil
        case .finished: lanes[lane].phase = .reporting
        case .failed:
          lanes[lane].phase = .checkingColumns
          lanes[lane].iteration = NewtonIteration(shape: design.shape, start: .zero, face: .zero)
          return nil
        }
      }
      guard isCollinear else { return nil }
      lanes[lane].phase = .idle
      return .collinear
    }
  }

  private func pairFit(lane: Int, gene: PairGene) -> PairFit {
    let rss = storage.result(LaneResult.residualSquares, lane: lane)
    let residualVariance = rss / scale.degreesOfFreedom
    let iteration = lanes[lane].iteration
    let status: FitStatus
    let curvature: SurfaceCurvature
    if refit == .none {
      status = gene.null.status
      curvature = SurfaceCurvature(
        criterion: gene.null.optimum, point: gene.null.point, face: gene.null.face,
        shape: design.shape)
    } else {
      status = !iteration.converged ? .flat : iteration.face == .interior ? .ok : .boundary
      curvature = SurfaceCurvature(
        criterion: iteration.criterion, point: iteration.point, face: iteration.face,
        shape: design.shape)
    }
    func estimate(_ index: Int?) -> CoefficientEstimate {
      guard let index else { return .missing }
      let unscaled = storage.estimate(index, LaneEstimate.unscaledVariance, lane: lane)
      let df: Double
      switch method {
      case .infinite: df = .infinity
      case .residual: df = scale.residualDegreesOfFreedom
      case .satterthwaite:
        let at = LaneEstimate.slope
        let slope = SIMD4(
          storage.estimate(index, at, lane: lane), storage.estimate(index, at + 1, lane: lane),
          storage.estimate(index, at + 2, lane: lane), 0)
        df = curvature.degreesOfFreedom(slope: slope, residual: scale.degreesOfFreedom)
      }
      return CoefficientEstimate(
        value: storage.estimate(index, LaneEstimate.value, lane: lane)
          + contrasts.offset(index, gene.response),
        standardError: (residualVariance * unscaled).squareRoot(), degreesOfFreedom: df)
    }
    let interaction = estimate(0)
    // Without positive curvature the point is no optimum, whatever the iteration said.
    let isOptimum = !interaction.degreesOfFreedom.isNaN
    return PairFit(
      status: isOptimum ? status : .flat, genotype: estimate(contrasts.genotype),
      time: estimate(contrasts.time), interaction: interaction,
      covarianceGenotypeInteraction: contrasts.genotype.map {
        residualVariance * storage.estimate($0, LaneEstimate.unscaledCovariance, lane: lane)
      } ?? .nan,
      components: VarianceComponents(
        point: refit == .none ? gene.null.point : iteration.point, design: design,
        residualVariance: residualVariance),
      deviance: scale.deviance(
        of: storage.result(LaneResult.value, lane: lane)))
  }
}
