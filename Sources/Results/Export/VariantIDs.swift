/// Ids that several alleles of one site share: programs want one id a variant.
struct VariantIDs {
  private var shared: Set<String> = []
  private var last = (gene: "", position: -1, id: "")

  /// Takes up the next row of a table.
  mutating func add(gene: String, position: Int, id: String) {
    if last.gene == gene, last.position == position, last.id == id { shared.insert(id) }
    last = (gene, position, id)
  }

  /// The id of a row's variant, with its alleles where others have the id too.
  func name(_ rows: ExportRows) -> String {
    let id = rows.idText
    guard !shared.isEmpty, shared.contains(id) else { return id }
    return "\(id)_\(rows.referenceText)_\(rows.alternateText)"
  }

  var notes: [String] {
    guard !shared.isEmpty else { return [] }
    return [
      "\(shared.count) ids that several alleles of a site share have their alleles behind them, such "
        + "as \(shared.min() ?? "")_REF_ALT"
    ]
  }
}
