# Storey's q-values by the Bioconductor package qvalue (2.30.0, Debian: r-bioc-qvalue) with the
# bootstrap estimate of the null proportion. Writes beside this script
#   qvalues.tsv      case, log_p (natural logarithm, exact double; NA allowed), log_q
#   proportions.tsv  case, m (p-values that are not NA), pi0
# Below 100 p-values, and where the estimate is 0, the proportion is 1.
suppressPackageStartupMessages(library(qvalue))
arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- if (length(arg)) dirname(sub("^--file=", "", arg[1])) else "."
set.seed(2004)

mixture <- function(m, null, shape) {
  n <- round(m * null)
  sample(c(runif(n), rbeta(m - n, shape, 8)))
}
cases <- list(
  mixture_80 = mixture(500, 0.8, 0.1),
  mixture_50 = mixture(1000, 0.5, 0.2),
  mixture_20 = mixture(400, 0.2, 0.3),
  mixture_tiny_p = c(mixture(150, 0.7, 0.02), 10^-runif(50, 20, 300)),
  all_null = runif(300),
  towards_one = rbeta(300, 3, 1),
  ties = round(mixture(300, 0.6, 0.2), 2) + 0.003,
  all_equal = rep(0.37, 120),
  missing = replace(mixture(260, 0.6, 0.2), c(1, 17, 18, 100, 260), NA),
  few = mixture(99, 0.5, 0.1),
  hundred = mixture(100, 0.5, 0.1),
  hundred_with_missing = c(mixture(99, 0.5, 0.1), NA),
  five = c(0.04, 0.001, 0.9, 0.04, 0.5),
  one = 0.2,
  two_at_one = c(1, 1),
  nearly_all_significant = c(10^-runif(190, 3, 60), runif(10)),
  below_largest_lambda = 0.93 * mixture(300, 0.5, 0.2),
  all_significant = 10^-runif(200, 3, 60)
)

# The rule written out: the package (2.30.0) fails when no p-value reaches the largest lambda.
lambda <- seq(0.05, 0.95, 0.05)
written_out <- function(p) {
  m <- length(p)
  w <- sapply(lambda, function(l) sum(p >= l))
  estimates <- w / (m * (1 - lambda))
  error <- w / (m^2 * (1 - lambda)^2) * (1 - w / m) + (estimates - quantile(estimates, 0.1))^2
  min(estimates[error == min(error)], 1)
}
proportion <- function(p) {
  p <- p[!is.na(p)]
  if (length(p) < 100) return(1)
  pi0 <- written_out(p)
  if (max(p) >= 0.95 && pi0 > 0) {
    package <- pi0est(p, pi0.method = "bootstrap")$pi0
    stopifnot(abs(package - pi0) < 1e-13)
    return(package)
  }
  if (pi0 > 0) pi0 else 1
}
digits <- function(x) ifelse(is.na(x), "NA", sprintf("%.17g", x))
rows <- proportions <- NULL
for (name in names(cases)) {
  log_p <- log(pmin(cases[[name]], 1))
  p <- exp(log_p)
  pi0 <- proportion(p)
  q <- qvalue(p, pi0 = pi0, lfdr.out = FALSE)$qvalues
  if (sum(!is.na(p)) >= 100 && max(p, na.rm = TRUE) >= 0.95) {
    whole <- qvalue(p, pi0.method = "bootstrap", lfdr.out = FALSE)
    stopifnot(identical(whole$qvalues, q), identical(whole$pi0, pi0))
  }
  rows <- rbind(rows, data.frame(case = name, log_p = digits(log_p), log_q = digits(log(q))))
  proportions <- rbind(proportions, data.frame(case = name, m = sum(!is.na(p)), pi0 = digits(pi0)))
}
write.table(rows, file.path(here, "qvalues.tsv"), sep = "\t", quote = FALSE, row.names = FALSE)
write.table(proportions, file.path(here, "proportions.tsv"), sep = "\t", quote = FALSE,
            row.names = FALSE)
