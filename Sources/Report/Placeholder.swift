/// A page.
enum Placeholder {}
