# Marginal means, contrasts and slopes of classic data sets by emmeans, joint tests of coefficients,
# and likelihood ratio tests of random effects by ranova. Writes marginal_means.json and
# random_tests.json.
#
#   Rscript marginal_means.R FOLDER
#
# Every row has the linear combination of coefficients that it is (`coefficients`), so that it can be
# had by other ways. Models are fitted at the optimum of functions.R. `df` are Satterthwaite's by fine
# derivatives, `df_emmeans` those of emmeans (lmerTest's coarse ones); `kr_*` are pbkrtest's.

folder <- commandArgs(TRUE)[1]
arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
source(file.path(here, "functions.R"))
suppressPackageStartupMessages(library(emmeans))
emm_options(lmerTest.limit = 1e5, pbkrtest.limit = 1e5)

combination <- function(l, terms) {
  as.list(setNames(l, terms)[l != 0])
}

# One row of an emmGrid: `at` says what it is of.
rows <- function(grid, fitted, parts, adjusted) {
  fit <- fitted$fit
  table <- as.data.frame(summary(grid, infer = c(TRUE, TRUE), adjust = "none"))
  labels <- table[, seq_len(which(names(table) == "SE") - 2), drop = FALSE]
  # emtrends takes a difference quotient, 1.00000000000004 for 1.
  L <- signif(grid@linfct, 10)
  L[abs(L) < 1e-9] <- 0
  terms <- names(fixef(fit))
  stopifnot(ncol(L) == length(terms))
  lapply(seq_len(nrow(L)), function(i) {
    l <- L[i, ]
    estimate <- sum(l * fixef(fit))
    se <- sqrt(sum(l * (parts$covariance %*% l)))
    df <- fine_df(parts, l)
    kr_se <- sqrt(sum(l * as.numeric(adjusted %*% l)))
    kr_df <- Lb_ddf(l, vcov(fit), adjusted)
    stopifnot(abs(estimate - table[i, ncol(labels) + 1]) < 1e-7 * (1 + abs(estimate)))
    half <- qt(0.975, df) * se
    kr_half <- qt(0.975, kr_df) * kr_se
    list(at = lapply(labels[i, , drop = FALSE], function(x) if (is.factor(x)) as.character(x) else x),
         coefficients = combination(l, terms), estimate = estimate, se = se, df = df,
         df_emmeans = table$df[i], p = 2 * pt(-abs(estimate / se), df), lower = estimate - half,
         upper = estimate + half, kr_se = kr_se, kr_df = kr_df,
         kr_p = 2 * pt(-abs(estimate / kr_se), kr_df), kr_lower = estimate - kr_half,
         kr_upper = estimate + kr_half)
  })
}

# F tests that several combinations are 0: the terms whose names match.
joint <- function(name, pattern, fitted, parts) {
  fit <- fitted$fit
  terms <- names(fixef(fit))
  chosen <- grep(pattern, terms)
  L <- diag(length(terms))[chosen, , drop = FALSE]
  fine <- fine_joint(parts, fixef(fit), L)
  coarse <- contestMD(fit, L)
  kr <- KRmodcomp(fit, L)
  list(name = name, terms = I(terms[chosen]), statistic = fine[["statistic"]], df1 = length(chosen),
       df2 = fine[["df2"]], df2_lmertest = coarse$DenDF, p = fine[["p"]],
       kr_statistic = kr$stats$Fstat, kr_df2 = kr$stats$ddf, kr_scaling = kr$stats$F.scaling,
       kr_p = kr$stats$p.value)
}

models <- list(
  list(id = "milk", data = "Milk", formula = "protein ~ Time * Diet + (Time | Cow)",
       means = ~ Diet | Time, at = list(Time = c(1, 10, 19)), by = ~ Diet, slope = "Time",
       joint = c("Diet" = "^Diet", "Time:Diet" = ":")),
  list(id = "orthodont", data = "Orthodont", formula = "distance ~ age * Sex + (age | Subject)",
       means = ~ Sex | age, at = list(age = c(8, 11, 14)), by = ~ Sex, slope = "age",
       joint = c("Sex and age:Sex" = "Sex")),
  list(id = "cake_number", data = "cake",
       formula = "angle ~ recipe * temp + (1 | recipe:replicate)",
       means = ~ recipe | temp, at = list(temp = c(175, 200, 225)), by = ~ recipe, slope = "temp",
       joint = c("recipe" = "^recipe.$", "recipe:temp" = ":")),
  list(id = "cake_factor", data = "cake",
       formula = "angle ~ recipe * factor(temp) + (1 | recipe:replicate)",
       means = ~ recipe | temp, at = list(), joint = c("recipe:factor(temp)" = ":")))

results <- lapply(models, function(m) {
  data <- read_classic(folder, m$data)
  formula <- as.formula(m$formula)
  fitted <- fit_best(formula, data)
  parts <- satterthwaite_parts(fitted)
  adjusted <- vcovAdj(fitted$fit)
  fit <- fitted$fit
  fit@call$formula <- formula
  fit@call$weights <- NULL
  means <- emmeans(fit, m$means, at = m$at, data = data, lmer.df = "satterthwaite")
  grids <- list(means = means, differences = pairs(means))
  if (!is.null(m$slope)) {
    slopes <- emtrends(fit, m$by, var = m$slope, data = data, lmer.df = "satterthwaite")
    grids$slopes <- slopes
    grids$slope_differences <- pairs(slopes)
  }
  cat(m$id, "\n", file = stderr())
  c(list(id = m$id, data = paste0(m$data, ".csv"), formula = m$formula, criterion = "reml"),
    lapply(grids, rows, fitted, parts, adjusted),
    list(joint = lapply(seq_along(m$joint), function(i) {
      joint(names(m$joint)[i], m$joint[[i]], fitted, parts)
    })))
})
write_json(results, file.path(here, "marginal_means.json"))

tested <- list(
  sleepstudy = list("sleepstudy", "Reaction ~ Days + (Days | Subject)"),
  sleepstudy_intercept = list("sleepstudy", "Reaction ~ Days + (1 | Subject)"),
  dyestuff = list("Dyestuff", "Yield ~ 1 + (1 | Batch)"),
  dyestuff2 = list("Dyestuff2", "Yield ~ 1 + (1 | Batch)"),
  pastes = list("Pastes", "strength ~ 1 + (1 | batch/cask)"),
  penicillin = list("Penicillin", "diameter ~ 1 + (1 | plate) + (1 | sample)"),
  machines_nested = list("Machines", "score ~ Machine + (1 | Worker/Machine)"),
  orthodont = list("Orthodont", "distance ~ age * Sex + (age | Subject)"),
  bodyweight = list("BodyWeight", "weight ~ Time * factor(Diet) + (Time | Rat)"),
  milk = list("Milk", "protein ~ Time * Diet + (Time | Cow)"))
write_json(lapply(names(tested), function(id) {
  data <- read_classic(folder, tested[[id]][[1]])
  fit <- suppressMessages(suppressWarnings(lmerTest::lmer(
    as.formula(tested[[id]][[2]]), data, control = lmerControl(
      optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5)))))
  table <- suppressMessages(suppressWarnings(ranova(fit)))
  list(id = id, formula = tested[[id]][[2]], criterion = "reml", deviance = REMLcrit(fit),
       tests = lapply(seq_len(nrow(table))[-1], function(i) {
         list(removed = rownames(table)[i], deviance = -2 * table$logLik[i], lrt = table$LRT[i],
              df = table$Df[i], p_chi_squared = table[i, "Pr(>Chisq)"])
       }))
}), file.path(here, "random_tests.json"))
