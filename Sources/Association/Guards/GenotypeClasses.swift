/// Donors by genotype, the best guess of their dosage: below 0.5, to 1.5, and above.
///
/// Imputed dosages are left out, as they are of the counts of alleles.
struct GenotypeClasses: Equatable {
  let counts: [Int]

  /// - Parameters:
  ///   - donors: with a dosage.
  ///   - refCarriers: those with a dosage below 1.5.
  ///   - altCarriers: those with a dosage above 0.5.
  init(donors: Int, refCarriers: Int, altCarriers: Int) {
    counts = [donors - altCarriers, refCarriers + altCarriers - donors, donors - refCarriers]
  }

  /// Whether every class that occurs has at least `minimum` donors, and two or more occur: with one
  /// alone there is no other to compare it with.
  func haveAtLeast(_ minimum: Int) -> Bool {
    let present = counts.filter { $0 > 0 }
    return present.count > 1 && present.allSatisfy { $0 >= minimum }
  }
}
