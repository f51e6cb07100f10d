extension Formula {
  /// Whether genotype meets time in one term, the product of the two themselves: the allele's effect
  /// is then linear in time.
  package var hasLinearInteraction: Bool {
    let products = fixed.filter { $0.mentions("genotype") && $0.mentions("time") }
    return products.count == 1
      && products[0].isSame(as: FormulaTerm(factors: [.name("genotype"), .name("time")]))
  }
}
