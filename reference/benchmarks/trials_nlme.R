# CPU seconds (user and system) of nlme's lme with a residual SD per condition, the data loaded: the median.
#
#   Rscript trials_nlme.R DATA REPEATS      (one line of JSON)

suppressPackageStartupMessages(library(nlme))
arguments <- commandArgs(TRUE)
data <- read.delim(arguments[1], stringsAsFactors = TRUE)
fit <- NULL
seconds <- vapply(seq_len(as.integer(arguments[2])), function(i) {
  used <- system.time(
    fit <<- lme(rt ~ condition + minute, random = ~ condition | subject, data = data,
                weights = varIdent(form = ~ 1 | condition), method = "REML"))
  used[["user.self"]] + used[["sys.self"]]
}, 0)
cat(sprintf('{"cpu_seconds": %.6f, "deviance": %.12g, "version": "%s"}\n',
            median(seconds), -2 * as.numeric(logLik(fit)), packageVersion("nlme")))
