# CPU seconds (user and system) of glmer alone, the data loaded, with its default settings: all calls after the
# first, in which R still compiles and loads.
#
#   Rscript glmer_rate.R DATA FORMULA FAMILY REPEATS [GROUPING ...]      (one line of JSON)

suppressPackageStartupMessages(library(lme4))
arguments <- commandArgs(TRUE)
data <- read.csv(arguments[1], stringsAsFactors = TRUE)
for (column in arguments[-(1:4)]) data[[column]] <- factor(data[[column]])
formula <- as.formula(arguments[2])
fit <- NULL
seconds <- vapply(0:as.integer(arguments[4]), function(i) {
  used <- system.time(fit <<- suppressMessages(suppressWarnings(
    glmer(formula, data, family = arguments[3]))))
  used[["user.self"]] + used[["sys.self"]]
}, 0)
messages <- fit@optinfo$conv$lme4$messages
cat(jsonlite::toJSON(list(
  first = seconds[1], seconds = seconds[-1], deviance = -2 * as.numeric(logLik(fit)),
  converged = is.null(messages), version = as.character(packageVersion("lme4"))),
  auto_unbox = TRUE, digits = I(12)), "\n")
