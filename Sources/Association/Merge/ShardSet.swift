import BlockGzip

/// All shards of one scan: the same plan, every one once.
struct ShardSet {
  /// By index.
  let shards: [ShardResult]

  var plan: Manifest.Plan { shards[0].manifest.plan }

  /// - Precondition: `results` is not empty.
  /// - Throws: `InputError`: shards of different scans, twice the same, or missing ones, with the
  ///   commands that make them; gene totals that contradict the plan.
  init(_ results: [ShardResult]) throws(InputError) {
    precondition(!results.isEmpty, "no shards")
    let first = results[0]
    let identity = PlanIdentity(settings: first.manifest.plan.settings)
    for other in results.dropFirst() {
      let plan = other.manifest.plan
      guard plan.id == first.manifest.plan.id else {
        throw InputError(
          "shards of different scans", path: other.prefix + ".manifest.json",
          found: "other inputs or options than in \(first.prefix): "
            + identity.difference(from: plan.settings),
          expected: "the same plan in all shards", advice: "make the shard again as the others were"
        )
      }
      guard other.part.count == first.part.count else {
        throw InputError(
          "shards of different splits", path: other.prefix + ".manifest.json",
          found: "shard \(other.shard.text), with \(first.shard.text) in \(first.prefix)",
          expected: "shards of one number K")
      }
    }
    var byIndex: [Int: ShardResult] = [:]
    for result in results {
      guard let earlier = byIndex.updateValue(result, forKey: result.part.index) else { continue }
      throw InputError(
        "a shard comes twice", path: result.prefix + ".manifest.json",
        found: "shard \(result.shard.text), which \(earlier.prefix) is too",
        expected: "every shard once", advice: "name each shard's prefix once")
    }
    let missing = (1...first.part.count).filter { byIndex[$0] == nil }
    guard missing.isEmpty else { throw Self.missing(missing, of: first) }
    shards = byIndex.sorted { $0.key < $1.key }.map(\.value)
    try checkGenes()
  }

  private static func missing(_ indices: [Int], of known: ShardResult) -> InputError {
    let names = indices.map { Shard(index: $0, count: known.part.count).text }
    let commands = indices.prefix(5).map { "\n  " + known.command(forShard: $0) }.joined()
    return InputError(
      "shards are missing", kind: .unreadable,
      found: "\(known.part.count - indices.count) of \(known.part.count) shards",
      expected: "shard \(InputError.list(names)) too", advice: "make them with:\(commands)")
  }

  /// Every gene of the plan must be in one shard, and the rows of the shards must be those their
  /// chunks tell of.
  private func checkGenes() throws(InputError) {
    var owners: [Int: ShardResult] = [:]
    for shard in shards {
      for place in shard.part.genePlaces {
        guard let other = owners.updateValue(shard, forKey: place) else { continue }
        throw InputError(
          "a gene is in two shards", path: shard.prefix + ".manifest.json",
          found: "gene \(place + 1) of the expression file, which is in \(other.prefix) too",
          expected: "every gene once", advice: "make both shards again with --force")
      }
    }
    guard owners.count == plan.genes else {
      throw InputError(
        "the shards do not hold all genes", path: shards[0].prefix + ".manifest.json",
        found: "\(owners.count) genes", expected: "\(plan.genes), as in the plan",
        advice: "make the shards again with --force")
    }
    for shard in shards {
      let manifest = shard.manifest
      let pairs = manifest.chunks.reduce(0) { $0 + $1.pairs }
      let rows = manifest.chunks.reduce(0) { $0 + $1.rows }
      guard pairs == manifest.pairs, rows == manifest.rows else {
        throw InputError(
          "the manifest contradicts itself", path: shard.prefix + ".manifest.json",
          found: "\(manifest.pairs) pairs and \(manifest.rows) rows",
          expected: "\(pairs) and \(rows), the totals of its chunks",
          advice: "make the shard again with --force")
      }
    }
  }

  /// The chromosomes of all shards in the genotype file's order.
  ///
  /// - Throws: `InputError` where shards have them in different orders.
  func chromosomes() throws(InputError) -> [String] {
    // Every shard has the file's order, but perhaps not all names: the longest list leads, and a
    // name that it lacks goes before the first of its list that stands already.
    var merged: [String] = []
    for shard in shards.sorted(by: { $0.part.chromosomes.count > $1.part.chromosomes.count }) {
      var place = merged.endIndex
      for name in shard.part.chromosomes.reversed() {
        if let known = merged.firstIndex(of: name) {
          guard known <= place else {
            throw InputError(
              "shards have chromosomes in different orders", path: shard.prefix + ".manifest.json",
              found: shard.part.chromosomes.joined(separator: ", "),
              expected: merged.joined(separator: ", "),
              advice: "make the shards from one genotype file")
          }
          place = known
        } else {
          merged.insert(name, at: place)
        }
      }
    }
    return merged
  }
}
