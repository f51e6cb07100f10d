# Writes the sleepstudy data of lme4 as data.tsv and reference fits of three
# models as expected.json.
#
#   Rscript fit.R        (writes into its own folder)

arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
source(file.path(here, "..", "fit_functions.R"))

write.table(transform(sleepstudy, Reaction = sprintf("%.10g", Reaction)),
            file.path(here, "data.tsv"), sep = "\t", quote = FALSE, row.names = FALSE)
# Fit what has been written, so that the two files agree by construction.
data <- read.delim(file.path(here, "data.tsv"))
stopifnot(all.equal(data$Reaction, sleepstudy$Reaction, tolerance = 1e-9))
data$Subject <- factor(data$Subject)

formulas <- c("Reaction ~ Days + (1 + Days | Subject)",
              "Reaction ~ Days + (1 + Days || Subject)",
              "Reaction ~ Days + (1 | Subject)")

number <- function(x) if (length(x) == 0 || !is.finite(x)) NA else x

describe <- function(text, reml) {
  formula <- as.formula(text)
  environment(formula) <- environment()
  devfun <- lme4::lmer(formula, data, REML = reml, devFunOnly = TRUE)
  best <- minimise(devfun)
  fit <- suppressMessages(lmerTest::lmer(
    formula, data, REML = reml, start = list(theta = best$theta),
    control = lmerControl(optimizer = NULL, calc.derivs = FALSE)))
  table <- coef(summary(fit, ddf = "Satterthwaite"))
  variances <- as.data.frame(VarCorr(fit))
  sd_of <- function(var) {
    number(variances$sdcor[variances$grp != "Residual" & variances$var1 %in% var &
                             is.na(variances$var2)])
  }
  fixed <- lapply(seq_len(nrow(table)), function(i) {
    row <- table[i, ]
    list(term = rownames(table)[i], estimate = row[["Estimate"]],
         se = row[["Std. Error"]], df = row[["df"]],
         df_fine = satterthwaite(devfun, best$theta, i, reml),
         t = row[["t value"]], p = row[["Pr(>|t|)"]])
  })
  list(formula = text, criterion = if (reml) "reml" else "ml",
       deviance = if (reml) REMLcrit(fit) else -2 * as.numeric(logLik(fit)),
       deviance_default_lme4 = {
         m <- lme4::lmer(formula, data, REML = reml)
         if (reml) REMLcrit(m) else -2 * as.numeric(logLik(m))
       },
       fixed = fixed,
       sd_intercept = sd_of("(Intercept)"), sd_slope = sd_of("Days"),
       cor = number(variances$sdcor[!is.na(variances$var2)]),
       sd_residual = sigma(fit), theta = I(unname(getME(fit, "theta"))))
}

fits <- list()
for (text in formulas) for (reml in c(TRUE, FALSE)) {
  fits[[length(fits) + 1]] <- describe(text, reml)
}
writeLines(jsonlite::toJSON(fits, auto_unbox = TRUE, digits = I(15), pretty = TRUE, na = "null"),
           file.path(here, "expected.json"))
