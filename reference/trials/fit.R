# Trial-by-trial data: nlme's lme with a residual SD per condition, and what a paired t test of
# means per subject and condition concludes. Writes expected.json beside trials.tsv, which is
#
#   slopeqtl simulate --scenario reaction-times --out trials --donors 14 --trials 60 --seed 7
suppressPackageStartupMessages({library(nlme); library(jsonlite)})

folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
data <- read.delim(file.path(folder, "trials.tsv"), stringsAsFactors = TRUE)

means <- with(data, tapply(rt, list(subject, condition), mean))
test <- t.test(means[, "incongruent"], means[, "congruent"], paired = TRUE)
paired <- list(estimate = unname(test$estimate), se = unname(test$stderr), df = unname(test$parameter),
               statistic = unname(test$statistic), p = test$p.value,
               lower = test$conf.int[1], upper = test$conf.int[2])

control <- lmeControl(msTol = 1e-12, tolerance = 1e-10, maxIter = 200, msMaxIter = 500, niterEM = 50)

model <- function(formula, flags, weights) {
  fixed <- as.formula(paste("rt ~", formula))
  fit <- lme(fixed, random = ~ condition | subject, data = data, weights = weights, method = "REML",
             control = control)
  covariance <- unclass(getVarCov(fit))
  sds <- sqrt(diag(covariance))
  # The comparison at the mean minute.
  contrast <- setNames(numeric(length(fixef(fit))), names(fixef(fit)))
  contrast["conditionincongruent"] <- 1
  if ("conditionincongruent:minute" %in% names(contrast))
    contrast["conditionincongruent:minute"] <- mean(data$minute)
  list(formula = paste0("rt ~ ", formula, " + (1 + condition | subject)"), flags = flags,
       estimates = as.list(fixef(fit)), ses = as.list(sqrt(diag(vcov(fit)))),
       sd_intercept = sds[[1]], sd_slope = sds[[2]],
       correlation = covariance[1, 2] / (sds[1] * sds[2]), residual_sd = fit$sigma,
       ratio = if (is.null(weights)) NULL
               else unname(coef(fit$modelStruct$varStruct, unconstrained = FALSE)),
       log_likelihood = as.numeric(logLik(fit)),
       comparison = sum(contrast * fixef(fit)),
       comparison_se = sqrt(drop(contrast %*% vcov(fit) %*% contrast)))
}
models <- list(
  model("condition + minute", c("--residual-variance", "by:condition"), varIdent(form = ~ 1 | condition)),
  model("condition * minute", c("--residual-variance", "by:condition"), varIdent(form = ~ 1 | condition)),
  model("condition", character(0), NULL))
for (m in models) stopifnot(m$sd_slope > 1)
write(toJSON(list(nlme = as.character(packageVersion("nlme")), paired = paired, models = models),
             auto_unbox = TRUE, digits = NA, pretty = TRUE, null = "null"),
      file.path(folder, "expected.json"))
