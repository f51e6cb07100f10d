import MixedModels

/// The points of charts by what decides on them: designs of genes are many, their plans few.
final class NodesOfPlans: @unchecked Sendable {
  private let lock = Lock()
  private var nodes: [ChartNodes.Plan: ChartNodes] = [:]

  /// The points of a plan, made once.
  func nodes(of plan: ChartNodes.Plan) -> ChartNodes {
    lock.withLock {
      if let known = nodes[plan] { return known }
      let made = ChartNodes(plan)
      nodes[plan] = made
      return made
    }
  }
}
