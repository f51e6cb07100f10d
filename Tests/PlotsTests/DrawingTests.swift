import Testing

@testable import Plots

/// Elements of pictures.
struct DrawingTests {
  /// Reads a path of moves, lines and zero-length dots back to absolute places in tenths.
  private static func places(_ path: String) -> [(x: Int, y: Int)] {
    var numbers: [[Double]] = []
    var commands: [Character] = []
    var current = ""
    func flush() {
      guard !current.isEmpty, let value = Double(current) else { return }
      numbers[numbers.count - 1].append(value)
      current = ""
    }
    for character in path {
      if character.isLetter {
        flush()
        commands.append(character)
        numbers.append([])
      } else if character == " " {
        flush()
      } else if character == "-" {
        flush()
        current = "-"
      } else {
        current.append(character)
      }
    }
    flush()
    var x = 0.0
    var y = 0.0
    var places: [(Int, Int)] = []
    for (command, values) in zip(commands, numbers) where command != "z" && command != "h" {
      x = (command == "M" ? 0 : x) + values[0]
      y = (command == "M" ? 0 : y) + values[1]
      places.append((Int((x * 10).rounded()), Int((y * 10).rounded())))
    }
    return places
  }

  @Test("Relative steps lead to the rounded absolute places, however many")
  func pathsAreExact() {
    var numbers = SplitMix(state: 9)
    let points = (0..<5000).map { _ in
      Point(x: numbers.next() * 700 - 50, y: numbers.next() * 300 - 50)
    }
    let read = Self.places(Drawing.path(points).text)
    #expect(read.count == points.count)
    for (point, place) in zip(points, read) {
      #expect(place.x == Int((point.x * 10).rounded()) && place.y == Int((point.y * 10).rounded()))
    }
  }

  @Test("Places that are not finite interrupt a line")
  func gaps() {
    let points = [Point(x: 1, y: 1), Point(x: 2, y: .nan), Point(x: 3, y: 3), Point(x: 4, y: 3.5)]
    #expect(Drawing.path(points).text == "M1 1M3 3l1 .5")
  }

  @Test("One dot is left of those on one pixel and of one colour")
  func thinning() {
    var thinning = PixelThinning()
    let points = [Point(x: 5.1, y: 5.2), Point(x: 5.8, y: 5.9), Point(x: 6.1, y: 5.2)]
    #expect(points.map { thinning.isFirst($0, group: 0) } == [true, false, true])
    let other = thinning.isFirst(points[0], group: 1)
    #expect(other)
  }

  @Test("A swarm keeps heights, the width and the middle, and separates marks while they fit")
  func swarm() {
    var numbers = SplitMix(state: 12)
    let ys = (0..<400).map { _ in numbers.next() * 200 }
    let places = Swarm.places(of: ys, around: 50, width: 80, size: 4)
    #expect(zip(places, ys).allSatisfy { $0.y == $1 })
    #expect(places.allSatisfy { abs($0.x - 50) <= 42 })
    let few = Swarm.places(of: [10, 10.5, 11, 10.2], around: 50, width: 80, size: 6)
    let xs = few.map(\.x).sorted()
    #expect(zip(xs, xs.dropFirst()).allSatisfy { $1 - $0 >= 6 - 1e-9 })
    #expect(xs.reduce(0, +) / 4 == 50)
  }
}
