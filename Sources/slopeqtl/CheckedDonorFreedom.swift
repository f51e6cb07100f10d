import MixedModels

/// What the model leaves of the donors to tell their intercepts and slopes.
struct CheckedDonorFreedom: Encodable {
  struct Space: Encodable {
    var donors: Int
    var columns: Int
    /// Columns as given; a combination of others has no name here.
    var columnNames: [String]
    var left: Int
    var text: String

    private enum CodingKeys: CodingKey {
      case donors, columns, columnNames, left
    }
  }

  var slopes: Space
  var intercepts: Space

  init(_ matrices: ModelMatrices) {
    let freedom = DonorFreedom(matrices)
    func space(_ space: DonorFreedom.Space) -> Space {
      Space(
        donors: space.donors, columns: space.columns, columnNames: space.names, left: space.left,
        text: freedom.text(of: space))
    }
    slopes = space(freedom.slopes)
    intercepts = space(freedom.intercepts)
  }
}
