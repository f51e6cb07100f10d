import Glibc

/// Rows of the pairs table by place and −log₁₀ p, thinned to what a picture can show: of points in one
/// cell of a fine grid the highest stays.
struct GenomePoints: Sendable {
  struct Point: Sendable {
    var chromosome: Int
    var position: Int
    var minusLog10P: Double
  }

  /// Bases of a cell.
  private let width: Int
  private(set) var chromosomes: [(name: String, length: Int)] = []
  private var places: [String: Int] = [:]
  private var current: (name: [UInt8], place: Int) = ([], -1)
  private struct Cell: Hashable {
    var chromosome: Int
    var column: Int
    var height: Int
  }

  private var cells: [Cell: Point] = [:]

  init(cellWidth: Int = 20_000) { width = cellWidth }

  mutating func add(chromosome name: UnsafeRawBufferPointer, position: Int, minusLog10P: Double) {
    if !name.elementsEqual(current.name) {
      let text = String(decoding: name, as: UTF8.self)
      let place = places[text] ?? chromosomes.count
      if place == chromosomes.count {
        places[text] = place
        chromosomes.append((text, 0))
      }
      current = (Array(name), place)
    }
    let place = current.place
    chromosomes[place].length = max(chromosomes[place].length, position)
    guard minusLog10P.isFinite else { return }
    // Twentieths up to 10, fifths above.
    let height =
      minusLog10P < 10
      ? Int(max(0, minusLog10P) * 20) : 200 + Int(min(1e6, (minusLog10P - 10) * 5))
    let cell = Cell(chromosome: place, column: position / width, height: height)
    if let known = cells[cell], known.minusLog10P >= minusLog10P { return }
    cells[cell] = Point(chromosome: place, position: position, minusLog10P: minusLog10P)
  }

  /// By chromosome and position.
  var points: [Point] {
    cells.values.sorted {
      ($0.chromosome, $0.position, $0.minusLog10P) < ($1.chromosome, $1.position, $1.minusLog10P)
    }
  }
}
