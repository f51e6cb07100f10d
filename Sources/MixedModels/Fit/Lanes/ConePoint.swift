/// A point of the cone of admissible M, with the face it lies on.
package struct ConePoint: Sendable, Equatable {
  package var point: SymmetricMatrix2
  package var face: ConeFace

  package init(point: SymmetricMatrix2, face: ConeFace) {
    self.point = point
    self.face = face
  }
}
