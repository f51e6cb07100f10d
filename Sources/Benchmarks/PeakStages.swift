import CPeak

/// What the core can do at most: matrix products of BLAS, and multiply-adds that stay in registers.
var peakStages: [Stage] {
  [
    // Counted in operations of 10⁹, so that the rate is Gflop/s.
    Stage("peak/dgemm", unit: "Gflop", operations: 1e9) {
      let multiplication = MatrixMultiplication<Double>(order: 1024)
      return { 1e-9 * multiplication.multiply() }
    },
    Stage("peak/sgemm", unit: "Gflop", operations: 1e9) {
      let multiplication = MatrixMultiplication<Float>(order: 1024)
      return { 1e-9 * multiplication.multiply() }
    },
    Stage("peak/multiply-add double", unit: "Gflop", operations: 1e9) {
      return {
        var sink = 0.0
        let operations = peak_multiply_add_double(100_000, &sink)
        precondition(sink.isFinite, "the loop gave \(sink)")
        return 1e-9 * operations
      }
    },
    Stage("peak/multiply-add float", unit: "Gflop", operations: 1e9) {
      return {
        var sink: Float = 0
        let operations = peak_multiply_add_float(100_000, &sink)
        precondition(sink.isFinite, "the loop gave \(sink)")
        return 1e-9 * operations
      }
    },
  ]
}
