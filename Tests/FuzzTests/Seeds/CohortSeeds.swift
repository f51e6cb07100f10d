/// Expression, sample sheet and covariates that fit each other.
enum CohortSeeds {
  static let samples = ["s1", "s2", "s3", "s4"]
  static let donors = ["d1", "d2"]

  static let bed = """
    #chr\tstart\tend\tid\ts1\ts2\ts3\ts4
    1\t100\t200\tg1\t0.5\t-1e-3\tNA\t2
    chr2\t0\t1\tg2\t1\t1\t1\t1

    """

  static let strandedBED = """
    #chr\tstart\tend\tid\tx\tstrand\ts1\ts2\ts3\tother
    1\t100\t200\tg1\t.\t+\t0.5\t-1.25\t3e2\t1
    1\t150\t150\tg2\tq\t-\tNA\tNA\tNA\tNA
    X\t9\t10\tg3\t.\t.\t1\t2\t3\t4

    """

  static let sheet = """
    sample_id\tdonor_id\ttime\tage\tarm
    s1\td1\t0\t61.5\ta
    s2\td1\t1.5\t61.5\tb
    s3\td2\t-2\tNA\ta
    s4\td2\t3e1\t40\t

    """

  static let spacedSheet = """
    sample donor time batch
    s1 d1 0 x
    s2  d2 NA y
    s9 d9 7 z
    """

  static let covariates = """
    id\ts1\ts2\ts3\ts4
    pc1\t0.1\t0.2\t-0.3\t1e-2
    sex\tm\tm\tf\tNA

    """

  static let donorCovariates = """
    \tpc1\tsex
    d2\t0.25\tf
    d1\t-1\tm
    d7\tNA\tm
    """
}
