/// The name under which a chromosome is matched between files: without a leading `chr`.
package func chromosomeMatchKey(_ name: String) -> String {
  name.hasPrefix("chr") && name.utf8.count > 3 ? String(name.dropFirst(3)) : name
}
