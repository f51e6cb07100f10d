/// What lme4, lmerTest, pbkrtest, emmeans and nlme say of the models of `reference/predictions`
/// (`questions.R`).
struct FitAnswers: Decodable, Sendable {
  struct Effect: Decodable, Sendable {
    var estimate: Double, se: Double, df: Double
  }

  struct TermTest: Decodable, Sendable {
    var term: String, statistic: Double, df1: Double, df2: Double, p: Double
  }

  struct Answers: Decodable, Sendable {
    var means: [Effect], siteMeans: [Effect]
    var meanDifferences: [Effect], siteDifferences: [Effect]
    var slopes: [Effect], slopeDifferences: [Effect], slopesAtAges: [Effect]
    var contrast: [Effect]
    var anova: [TermTest]
  }

  struct Likelihood: Decodable, Sendable {
    var deviance: Double, aic: Double, bic: Double, parameters: Double
  }

  struct Statistic: Decodable, Sendable { var statistic: Double }

  struct PowerOfFitted: Decodable, Sendable {
    var deviance: Double, power: Double, sigma: Double
    var fixed: [Double]
  }

  struct Intervals: Decodable, Sendable {
    struct Row: Decodable, Sendable {
      var lower: Double, estimate: Double, upper: Double
      var name: String

      enum CodingKeys: String, CodingKey {
        case lower, upper
        case estimate = "est."
        case name = "_row"
      }
    }

    var random: [Row]
    var sigma: [Double]
    var residual: [Row]?
  }

  var satterthwaite: Answers
  var kenwardRoger: Answers
  var likelihood: [String: Likelihood]
  var varianceTests: [String: Statistic]
  var nlme: [String: Intervals]
  var powerOfFitted: PowerOfFitted

  enum CodingKeys: String, CodingKey {
    case satterthwaite, likelihood, varianceTests, nlme, powerOfFitted
    case kenwardRoger = "kenward-roger"
  }
}
