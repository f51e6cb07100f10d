/// Sets of numbers that are joined, each known by its smallest member (union–find with path halving).
struct DisjointSets {
  private var parent: [Int]

  init(count: Int) { parent = Array(0..<count) }

  mutating func root(_ member: Int) -> Int {
    var member = member
    while parent[member] != member {
      parent[member] = parent[parent[member]]
      member = parent[member]
    }
    return member
  }

  mutating func join(_ a: Int, _ b: Int) {
    let (a, b) = (root(a), root(b))
    parent[max(a, b)] = min(a, b)
  }

  /// Members set after set, and where sets begin (their number one more): sets by their smallest member,
  /// members ascending.
  var flattened: (members: [Int], starts: [Int]) {
    var copy = self
    var place = [Int](repeating: -1, count: parent.count)
    var starts = [0]
    for member in parent.indices {
      // The root is the smallest member: it comes first.
      let root = copy.root(member)
      if root == member {
        place[member] = starts.count - 1
        starts.append(1)
      } else {
        place[member] = place[root]
        starts[place[root] + 1] += 1
      }
    }
    for set in 1..<starts.count { starts[set] += starts[set - 1] }
    var next = starts
    var members = place
    for (member, set) in place.enumerated() {
      members[next[set]] = member
      next[set] += 1
    }
    return (members, starts)
  }

  /// Members by set, in the same order.
  var sets: [[Int]] {
    let (members, starts) = flattened
    return zip(starts, starts.dropFirst()).map { Array(members[$0..<$1]) }
  }
}
