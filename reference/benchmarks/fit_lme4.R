# CPU seconds (user and system) of lmer alone, the data loaded, with its default settings: the
# median, and the first call, in which R still compiles and loads.
#
#   Rscript fit_lme4.R DATA FORMULA REPEATS      (one line of JSON)

suppressPackageStartupMessages(library(lme4))
arguments <- commandArgs(TRUE)
data <- read.delim(arguments[1], stringsAsFactors = TRUE)
formula <- as.formula(arguments[2])
fit <- NULL
seconds <- vapply(seq_len(as.integer(arguments[3])), function(i) {
  used <- system.time(fit <<- suppressMessages(suppressWarnings(lmer(formula, data))))
  used[["user.self"]] + used[["sys.self"]]
}, 0)
cat(sprintf('{"cpu_seconds": %.6f, "first": %.6f, "deviance": %.12g, "version": "%s"}\n',
            median(seconds), seconds[1], REMLcrit(fit), packageVersion("lme4")))
