/// A place in a drawing in pixels; y grows downwards.
struct Point: Equatable {
  var x: Double
  var y: Double

  var isFinite: Bool { x.isFinite && y.isFinite }
}
