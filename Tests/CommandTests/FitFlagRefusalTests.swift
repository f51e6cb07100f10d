import Foundation
import Testing

/// Flags of `fit` that mean nothing, and rows that it cannot predict.
@Suite struct FitFlagRefusalTests {
  @Test(arguments: [
    FitRefusal("a formula that does not end", exitCode: 64, formula: "y ~ (1 | ", words: ["end"]),
    FitRefusal(
      "no such residual variance", exitCode: 64, flags: ["--residual-variance", "wave:time"],
      words: ["'wave:time'", "by:COL"]),
    FitRefusal(
      "a residual variance without its column", exitCode: 64,
      flags: ["--residual-variance", "by:"], words: ["'by:'", "by:COL"]),
    FitRefusal(
      "two residual variances of a kind", exitCode: 64,
      flags: ["--residual-variance", "by:site,by:arm"], words: ["at most one"]),
    FitRefusal(
      "half a reference", exitCode: 64, flags: ["--reference", "arm"], words: ["column=level"]),
    FitRefusal(
      "two references of a column", exitCode: 64,
      flags: ["--reference", "arm=a", "--reference", "arm=b"], words: ["one level per column"]),
    FitRefusal(
      "a threshold in words", exitCode: 64,
      flags: ["--exceed", "x at time = 3", "--predictions", "result"], words: ["a threshold"]),
    FitRefusal(
      "a threshold without times", exitCode: 64,
      flags: ["--exceed", "9", "--predictions", "result"], words: ["without --predict"]),
    FitRefusal(
      "a threshold along the response",
      flags: ["--exceed", "9 at y = 3", "--predictions", "result"],
      words: ["no time to move along", "'y'"]),
    FitRefusal(
      "a risk above 1", exitCode: 64, flags: ["--next-visit", "9, risk = 1.2"],
      words: ["a risk between 0 and 1"]),
    FitRefusal(
      "a search without an end", exitCode: 64,
      flags: ["--next-visit", "9, risk = 0.1, until = inf"], words: ["'until = T'"]),
    FitRefusal(
      "two risks", exitCode: 64, flags: ["--next-visit", "9, risk = 0.1, risk = 0.2"],
      words: ["a threshold and a risk"]),
    FitRefusal(
      "no time for visits", exitCode: 64, formula: "y ~ time + (1 | patient)",
      flags: ["--next-visit", "9, risk = 0.1"], words: ["'time = NAME'"]),
    FitRefusal(
      "a contrast of no coefficient", flags: ["--contrast", "armc"],
      words: ["'armc'", "(Intercept), time, armb, age, time:armb"]),
    FitRefusal(
      "half a contrast", flags: ["--contrast", "time = "], words: ["malformed contrast", "its end"]),
    FitRefusal(
      "a contrast over 0", flags: ["--contrast", "time / 0"], words: ["a contrast of nothing"]),
    FitRefusal(
      "a contrast that cancels", flags: ["--contrast", "time - time"],
      words: ["a contrast of nothing", "'time - time'", "no coefficient"]),
    FitRefusal(
      "slopes of an expression that is not there", flags: ["--slopes", "log(time)"],
      words: ["'log(time)'", "age, arm, time"]),
    FitRefusal(
      "half a request for means", exitCode: 64, flags: ["--means", "arm at time = "],
      words: ["malformed request", "'arm at time = 0, 12; age = 50'"]),
    FitRefusal(
      "means of a number", flags: ["--means", "time"], words: ["'time'", "one of arm", "at time"]),
    FitRefusal(
      "means of what is not in the model", flags: ["--means", "site"],
      words: ["'site'", "one of arm", "name a factor of the fixed part"]),
    FitRefusal(
      "means at infinity", flags: ["--means", "arm at time = inf"],
      words: ["'time = inf'", "numbers"]),
    FitRefusal(
      "means at a level that is not there", flags: ["--means", "arm at arm = c"], words: ["'c'"]),
    FitRefusal(
      "slopes of a factor", flags: ["--slopes", "arm"], words: ["'arm'", "numbers"]),
    FitRefusal(
      "a table on standard output", exitCode: 64, flags: ["--blups", "-"],
      words: ["standard output is for --json alone"]),
    FitRefusal(
      "a bootstrap of no test", exitCode: 64, flags: ["--bootstrap", "99"],
      words: ["--bootstrap needs --variance-tests or --group-covariance"]),
    FitRefusal(
      "two outputs of one name", exitCode: 64, flags: ["--json", "result", "--blups", "result"],
      words: ["'result'", "a path of its own"]),
    FitRefusal(
      "an output in place of the data", exitCode: 64, flags: ["--json", "./data.tsv"],
      words: ["'./data.tsv'", "a path of its own"]),
    FitRefusal(
      "an output that is a folder", exitCode: 73, flags: ["--json", ".", "--blups", "result"],
      words: ["is a folder"]),
    FitRefusal(
      "an output in no folder", exitCode: 73,
      flags: ["--blups", "result", "--json", "none/result"],
      words: ["none/result", "cannot create"]
    ),
  ])
  func `flags that mean nothing are refused`(_ refusal: FitRefusal) throws {
    try refusal.check()
  }

  @Test(arguments: [
    FitRefusal(
      "a level that was not fitted", new: ["p01\ta\tNA\t50\tNA\t1\tx", "p02\tc\t9\t50\tNA\t1\tx"],
      words: ["new.tsv:3:arm", "'c'", "one of a, b"]),
    FitRefusal(
      "text for a number", new: ["p01\ta\tlate\t50\tNA\t1\tx"],
      words: ["new.tsv:2:time", "'late'", "a number or NA"]),
    FitRefusal(
      "a measurement in words", new: ["n01\ta\t3\t50\thigh\t1\tx"],
      words: ["new.tsv:2:y", "'high'"]),
    FitRefusal(
      "a negative weight", flags: ["--weights", "weight"], new: ["p01\ta\t3\t50\tNA\t-1\tx"],
      words: ["new.tsv:2:weight", "found -1"]),
    FitRefusal(
      "a missing weight", flags: ["--weights", "weight"], new: ["p01\ta\t3\t50\tNA\tNA\tx"],
      words: ["new.tsv:2:weight", "found NA"]),
    FitRefusal(
      "two measurements at one time with serial correlation",
      flags: ["--residual-variance", "ar1:time"],
      new: ["n01\ta\t3\t50\t6\t1\tx", "n01\ta\t3\t50\t7\t1\tx"],
      words: ["new.tsv:3:time", "two measurements", "'n01'"]),
    FitRefusal(
      "a power of 0", flags: ["--residual-variance", "power:weight"],
      new: ["p01\ta\t3\t50\tNA\t1\tx", "p01\ta\t3\t50\tNA\t0\tx"],
      words: ["new.tsv:3:weight", "'weight' is 0"]),
    FitRefusal(
      "a residual of an unknown level", flags: ["--residual-variance", "by:site"],
      new: ["p01\ta\t3\t50\tNA\t1\tw"], words: ["new.tsv:2:site", "'w'", "one of x, z"]),
  ])
  func `rows that cannot be predicted are refused`(_ refusal: FitRefusal) throws {
    try refusal.check()
  }

  @Test func `missing files are told from bad ones, and missing columns named`() throws {
    let folder = try ScratchFolder()
    try folder.write(ids: FitRefusal.table.map { $0.joined(separator: "\t") }, to: "data.tsv")
    try folder.write("patient\ttime\tage\np01\t9\t50\n", to: "new.tsv")
    let formula = ["--formula", "y ~ time * arm + (1 + time | patient)"]
    let none = try Command.slopeqtl(["fit", "none.tsv"] + formula, in: folder)
    #expect(none.exitCode == 66 && none.missing(["none.tsv", "check the path"]) == [])
    for (file, code, words) in [
      ("none.tsv", Int32(66), ["none.tsv", "cannot open"]),
      ("new.tsv", 65, ["new.tsv:1", "no 'arm'", "arm, time", "add the column"]),
    ] {
      let result = try Command.slopeqtl(
        ["fit", "data.tsv"] + formula + ["--predict", file, "--predictions", "result"], in: folder)
      #expect(result.exitCode == code, "\(result.errors)")
      #expect(result.missing(words) == [], "\(result.errors)")
    }
    #expect(folder.names() == ["data.tsv", "new.tsv"])
  }
}
