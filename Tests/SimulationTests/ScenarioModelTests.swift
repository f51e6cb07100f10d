import Glibc
import Simulation
import Testing

/// The data of every scenario have the parameters that their truth states: random effects have
/// their deviations and correlations, and the true means leave residuals of the right size and no
/// trend.
///
/// Printed values are rounded to less than a fiftieth of the residual's deviation, which adds less
/// than 2e-4 of it.
@Suite struct ScenarioModelTests {
  private typealias Row = [String: String]

  private func number(_ row: Row, _ column: String) -> Double {
    ScenarioFiles.number(row, column)
  }

  @Test func `arms of a trial differ in their slope`() throws {
    let files = try ScenarioFiles(.trial, subjects: 600)
    files.expectEffects("patient", ["(Intercept)", "time"])
    files.expectResiduals(of: "fev1", sd: files.parameter("sd_residual"), trend: "time") { row in
      trialMean(row, files)
    }
    let treated = files.rows.count { $0["arm"] == "treated" }
    #expect(abs(treated * 2 - files.rows.count) < 200)
    #expect(files.parameter("time:armtreated") == 0.006)
  }

  private func trialMean(_ row: Row, _ files: ScenarioFiles) -> Double {
    let time = number(row, "time")
    let slope =
      files.parameter("time")
      + (row["arm"] == "treated" ? files.parameter("time:armtreated") : 0)
    return files.parameter("(Intercept)") + files.parameter("age") * number(row, "age")
      + slope * time + files.random("patient", row["patient", default: ""], "time", time)
  }

  @Test func `arms may differ in the variances of slopes and residuals`() throws {
    let files = try ScenarioFiles(.trialVariances, subjects: 800)
    var residuals: [String: [Double]] = [:]
    for row in files.rows {
      residuals[row["arm", default: ""], default: []].append(
        number(row, "fev1") - trialMean(row, files))
    }
    #expect(residuals.count == 2)
    for (arm, values) in residuals {
      let levels = files.rows.filter { $0["arm"] == arm }.compactMap { $0["patient"] }
      files.expectEffects(
        "patient", ["(Intercept)", "time"], stratum: "[\(arm)]", levels: Set(levels))
      Moments(values).expect(mean: 0, sd: files.parameter("sd_residual[\(arm)]"), arm)
    }
    let ratio =
      files.parameter("sd(time|patient)[treated]") / files.parameter("sd(time|patient)[control]")
    #expect(abs(ratio - 2) < 1e-12)
  }

  @Test func `patients are numbered within centres and assays cross them`() throws {
    let files = try ScenarioFiles(.centres, subjects: 1600)
    files.expectEffects("centre", ["(Intercept)", "time"])
    files.expectEffects("patient:centre", ["(Intercept)", "time"])
    files.expectEffects("assay", ["(Intercept)"])
    files.expectResiduals(of: "egfr", sd: files.parameter("sd_residual"), trend: "time") { row in
      let time = number(row, "time")
      let centre = row["centre", default: ""]
      return files.parameter("(Intercept)") + files.parameter("time") * time
        + files.random("centre", centre, "time", time)
        + files.random("patient:centre", "\(row["patient", default: ""]):\(centre)", "time", time)
        + files.random("assay", row["assay", default: ""])
    }
    #expect(files.effects["centre"]?.count == 200)
    #expect(files.effects["patient:centre"]?.count == 1600)
    #expect(Set(files.rows.compactMap { $0["patient"] }) == Set((1...8).map(String.init)))
    let pairs = Set(files.rows.map { [$0["centre", default: ""], $0["assay", default: ""]] })
    // 43 visits of a centre leave out one of 15 assays with a chance of 0.05.
    #expect(pairs.count > 2700, "of 200 centres and 15 assays 95 in 100 pairs should be there")
  }

  @Test func `centres of unequal size number their patients from one`() throws {
    let files = try ScenarioFiles(.centres, subjects: 29)
    var numbers: [String: Set<Int>] = [:]
    for row in files.rows {
      numbers[row["centre", default: ""], default: []].insert(Int(number(row, "patient")))
    }
    #expect(numbers.count == 3)
    #expect(numbers.values.allSatisfy { $0 == Set(1...$0.count) && (9...10).contains($0.count) })
  }

  @Test func `residuals grow with time and differ between devices`() throws {
    let files = try ScenarioFiles(.varianceTime, subjects: 300)
    files.expectEffects("patient", ["(Intercept)", "time"])
    for device in ["A", "B"] {
      for day in [0.0, 4, 9] {
        let rows = files.rows.filter { $0["device"] == device && number($0, "time") == day }
        let residuals = rows.map { row in
          number(row, "glucose") - files.parameter("(Intercept)") - files.parameter("time") * day
            - (device == "B" ? files.parameter("deviceB") : 0)
            - files.random("patient", row["patient", default: ""], "time", day)
        }
        let sd =
          files.parameter("sd_residual") * (device == "B" ? files.parameter("ratio:B") : 1)
          * exp(files.parameter("exp") * day)
        Moments(residuals).expect(mean: 0, sd: sd, "device \(device), day \(day)")
      }
    }
  }

  @Test func `residuals of one day and of days apart are correlated as an AR(1) process`() throws {
    let files = try ScenarioFiles(.serial, subjects: 400)
    files.expectEffects("subject", ["(Intercept)"])
    let sd = files.parameter("sd_residual")
    let residuals = files.rows.map { row in
      number(row, "pulse") - files.parameter("(Intercept)")
        - files.parameter("time") * number(row, "time")
        - files.random("subject", row["subject", default: ""])
    }
    // Correlation 0.6 from day to day: the variance of a mean is (1 + 0.6)/(1 − 0.6) = 4 times that
    // of independent values, that of a variance (1 + 0.36)/(1 − 0.36) = 2.1 times.
    let moments = Moments(residuals)
    let n = Double(residuals.count)
    #expect(abs(moments.mean) < 8 * sd / n.squareRoot())
    #expect(abs(moments.sd - sd) < 6 * sd / (2 * n).squareRoot())
    var products: [Int: [Double]] = [:]
    for index in residuals.indices.dropLast()
    where files.rows[index]["subject"] == files.rows[index + 1]["subject"] {
      let gap = Int(number(files.rows[index + 1], "time") - number(files.rows[index], "time"))
      products[gap, default: []].append(residuals[index] * residuals[index + 1] / (sd * sd))
    }
    for gap in [1, 2] {
      let values = Moments(products[gap, default: []])
      let error = 1.5 * values.sd / Double(values.values.count).squareRoot()
      #expect(
        abs(values.mean - pow(files.parameter("ar1"), Double(gap))) < 4 * error, "\(gap) days")
    }
  }

  @Test func `mood follows stress within and between subjects, moderated by resilience`() throws {
    let files = try ScenarioFiles(.coupling, subjects: 400)
    files.expectEffects("subject", ["(Intercept)", "within(stress)"])
    var levels: [String: [Double]] = [:]
    for row in files.rows {
      levels[row["subject", default: ""], default: []].append(number(row, "stress"))
    }
    let means = levels.mapValues { $0.reduce(0, +) / Double($0.count) }
    files.expectResiduals(of: "mood", sd: files.parameter("sd_residual"), trend: "stress") { row in
      let subject = row["subject", default: ""]
      let between = means[subject] ?? .nan
      let within = number(row, "stress") - between
      let resilience = number(row, "resilience")
      return files.parameter("(Intercept)") + files.parameter("within(stress)") * within
        + files.parameter("resilience") * resilience
        + files.parameter("between(stress)") * between
        + files.parameter("within(stress):resilience") * within * resilience
        + files.random("subject", subject, "within(stress)", within)
    }
    #expect(files.rows.allSatisfy { (0...10).contains(number($0, "stress")) })
    #expect(files.rows.allSatisfy { (1...5).contains(number($0, "resilience")) })
  }

  @Test func `pain follows the sleep of the day before, and sleep does not follow pain`() throws {
    let files = try ScenarioFiles(.crossLag, subjects: 400)
    files.expectEffects("subject", ["mean(sleep)", "mean(pain)"])
    func deviation(_ row: [String: String], _ name: String) -> Double {
      number(row, name) - files.parameter("mean(\(name))")
        - (files.effects["subject"]?[row["subject", default: ""]]?["mean(\(name))"] ?? .nan)
    }
    var news: (sleep: [Double], pain: [Double]) = ([], [])
    var (before, product) = ([Double](), [Double]())
    for (row, next) in zip(files.rows, files.rows.dropFirst())
    where row["subject"] == next["subject"] && number(next, "time") == number(row, "time") + 1 {
      let (sleep, pain) = (deviation(row, "sleep"), deviation(row, "pain"))
      func new(_ name: String) -> Double {
        deviation(next, name) - files.parameter("sleep -> \(name)") * sleep
          - files.parameter("pain -> \(name)") * pain
      }
      news.sleep.append(new("sleep"))
      news.pain.append(new("pain"))
      before.append(news.pain[news.pain.count - 1] * sleep)
      product.append(news.sleep[news.sleep.count - 1] * news.pain[news.pain.count - 1])
    }
    #expect(product.count > 2500)
    let (sdSleep, sdPain) = (
      files.parameter("sd_residual[sleep]"), files.parameter("sd_residual[pain]")
    )
    Moments(news.sleep).expect(mean: 0, sd: sdSleep, "news of sleep")
    Moments(news.pain).expect(mean: 0, sd: sdPain, "news of pain")
    // Means of products of two numbers of SD about 1: within four standard errors.
    let error = 1.5 / Double(product.count).squareRoot()
    let covariance = files.parameter("cor_residual") * sdSleep * sdPain
    #expect(abs(Moments(product).mean - covariance) < 4 * error)
    #expect(abs(Moments(before).mean) < 4 * error)
  }

  @Test func `levels and slopes are uncorrelated at age 50 and not at age 0`() throws {
    let files = try ScenarioFiles(.centring, subjects: 600)
    files.expectEffects("subject", ["(Intercept)", "age"])
    files.expectResiduals(of: "systolic", sd: files.parameter("sd_residual"), trend: "age") { row in
      let age = number(row, "age")
      return files.parameter("(Intercept)") + files.parameter("age") * age
        + files.random("subject", row["subject", default: ""], "age", age)
    }
    #expect(files.rows.allSatisfy { (40...60).contains(number($0, "age")) })
    #expect(files.parameter("cor((Intercept),age|subject)") < -0.9)
    let subjects = files.effects["subject", default: [:]].values
    let slopes = Moments(subjects.map { $0["age"] ?? .nan })
    let levels = Moments(
      subjects.map { ($0["(Intercept)"] ?? .nan) + 50 * ($0["age"] ?? .nan) })
    levels.expect(mean: 0, sd: files.parameter("sd((Intercept)|subject) at 50"), "level at 50")
    #expect(abs(levels.correlation(slopes)) < 4 / Double(600).squareRoot())
  }
}
