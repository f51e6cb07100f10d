# Generalised linear mixed models by lme4 and by functions.R: expected.json has the models, modes.tsv the random
# effects of all levels.
#
#   Rscript fit.R FOLDER [ID ...]      (FOLDER holds cbpp.csv and the others; with IDs
#                                       replaces those models alone)

arguments <- commandArgs(TRUE)
arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
source(file.path(here, "functions.R"))

# Data sets beside this script end in .tsv, those of FOLDER in .csv.
model <- function(id, data, formula, family = "binomial", ...) {
  list(id = id, data = data, formula = formula, family = family, ...)
}
cbpp <- "cbind(incidence, size - incidence) ~ factor(period) + (1 | herd)"
verbal <- "Anger + Gender + btype + situ"
models <- list(
  model("cbpp", "cbpp.csv", cbpp),
  model("cbpp_agq9", "cbpp.csv", cbpp, agq = 9),
  model("cbpp_agq25", "cbpp.csv", cbpp, agq = 25),
  model("counts_offset", "counts.tsv", "flares ~ time * arm + (1 | patient)", "poisson", offset = "log_months"),
  model("counts_slopes", "counts.tsv", "flares ~ time * arm + (1 + time | patient)", "poisson",
        offset = "log_months"),
  model("counts_rows", "counts.tsv", "flares ~ time * arm + (1 + time | patient) + (1 | row)",
        "poisson", offset = "log_months"),
  model("counts_agq9", "counts.tsv", "flares ~ time + arm + (1 | patient)", "poisson", offset = "log_months",
        agq = 9),
  model("responses_subjects", "responses.tsv", "correct ~ condition + (1 | subject)"),
  model("responses_agq9", "responses.tsv", "correct ~ condition + (1 | subject)", agq = 9),
  model("responses_crossed", "responses.tsv",
        "correct ~ condition + (1 + condition | subject) + (1 | item)"),
  model("shares", "shares.tsv", "share ~ condition + (1 | subject)", weights = "trials"),
  model("contraception", "mlmRev_Contraception.csv",
        "use ~ age + I(age^2) + urban + livch + (1 + urban | district)"),
  model("grouseticks", "grouseticks.csv",
        "TICKS ~ factor(YEAR) + scale(HEIGHT) + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION)", "poisson"),
  model("verbagg", "VerbAgg.csv", paste0("r2 ~ ", verbal, " + (1 | id) + (1 | item)")),
  model("verbagg_squared", "VerbAgg.csv", paste0("r2 ~ (", verbal, ")^2 + (1 | id) + (1 | item)"),
        lrt = FALSE))

grouping <- c("herd", "district", "BROOD", "INDEX", "LOCATION", "id", "item", "subject", "patient",
              "row")
read_data <- function(name) {
  data <- if (grepl("tsv$", name)) read.delim(file.path(here, name), stringsAsFactors = TRUE)
          else read.csv(file.path(arguments[1], name), stringsAsFactors = TRUE)
  for (column in intersect(grouping, names(data))) data[[column]] <- factor(data[[column]])
  data
}

# lme4's fit with inner iterations to 1e-10 and outer ones as far as they go; and as it comes.
by_lme4 <- function(p, optimiser, tight = TRUE) {
  tolerances <- if (optimiser == "bobyqa") list(rhoend = 1e-9, maxfun = 1e5)
                else list(xtol_abs = 1e-10, ftol_abs = 1e-11, maxeval = 1e5)
  control <- if (!tight) glmerControl()
             else glmerControl(optimizer = optimiser, tolPwrss = 1e-10, calc.derivs = FALSE,
                               optCtrl = tolerances)
  formula <- p$formula
  environment(formula) <- environment()
  data <- p$data
  suppressMessages(suppressWarnings(
    glmer(formula, data, family = p$model$family, weights = prior_weight, offset = prior_offset,
          nAGQ = if (is.null(p$model$agq)) 1 else p$model$agq, control = control)))
}

parameters <- function(fit) unname(c(getME(fit, "theta"), fixef(fit)))

effects <- function(p, found) {
  covariance <- crossprod(found$lambda, solve(found$factor, found$lambda))
  b <- drop(as.matrix(crossprod(found$lambda, found$u)))
  sds <- sqrt(diag(covariance))
  tables <- lapply(seq_along(p$re$cnms), function(k) {
    factor <- p$re$flist[[attr(p$re$flist, "assign")[k]]]
    names <- p$re$cnms[[k]]
    places <- (p$re$Gp[k] + 1):p$re$Gp[k + 1]
    data.frame(id = p$model$id, group = names(p$re$cnms)[k],
               level = rep(levels(factor), each = length(names)),
               term = rep(names, nlevels(factor)), estimate = b[places], se = sds[places])
  })
  do.call(rbind, tables)
}

components <- function(p, theta) {
  table <- lme4::mkVarCorr(1, p$re$cnms, lengths(p$re$cnms), theta, names(p$re$cnms))
  rows <- list()
  for (group in names(table)) {
    covariance <- table[[group]]
    names <- colnames(covariance)
    for (i in seq_along(names)) for (j in seq_len(i)) {
      rows[[length(rows) + 1]] <- list(
        group = group, term1 = names[j], term2 = if (i == j) NA else names[i],
        covariance = covariance[i, j],
        sd_or_correlation = if (i == j) sqrt(covariance[i, i])
                            else covariance[i, j] / sqrt(covariance[i, i] * covariance[j, j]))
    }
  }
  rows
}

# -2 log likelihood without some columns of contrasts that sum to 0.
without_columns <- function(p, best, out, gamma) {
  reduced <- p$sums[, -out, drop = FALSE]
  # Where the columns are orthogonal in the information; a search along them converges.
  weights <- sqrt(p$m * families[[p$model$family]]$variance(best$eta))
  turn <- qr.R(qr(reduced * weights))
  start <- c(best$par[seq_along(p$re$theta)], drop(turn %*% gamma[-out]))
  minimum(criterion(p, reduced %*% solve(turn)), start)
}

# The same without a term of a model without interactions, by the better of lme4's optimisers:
# anova's difference.
without_term <- function(p, term) {
  p$formula <- update(p$formula, as.formula(paste(". ~ . -", term)))
  min(vapply(c("bobyqa", "nloptwrap"), function(optimiser) {
    -2 * as.numeric(logLik(by_lme4(p, optimiser)))
  }, 0))
}

# Of every term but the intercept, all factors with contrasts that sum to 0: Wald's test and, but for
# the largest, the likelihood-ratio test.
term_tests <- function(p, best, tight, beta, covariance) {
  q <- length(p$re$theta)
  to_sums <- solve(crossprod(p$sums), crossprod(p$sums, p$x))
  gamma <- drop(to_sums %*% beta)
  v <- to_sums %*% covariance %*% t(to_sums)
  lapply(seq_along(p$terms), function(k) {
    out <- which(p$term_of == k)
    wald <- sum(gamma[out] * solve(v[out, out, drop = FALSE], gamma[out]))
    row <- list(term = p$terms[k], df = length(out), wald = wald,
                wald_p = pchisq(wald, length(out), lower.tail = FALSE))
    if (!isFALSE(p$model$lrt)) {
      row$lrt <- if (any(grepl(":", p$terms))) {
        without_columns(p, best, out, gamma) - best$value
      } else {
        without_term(p, p$terms[k]) + 2 * as.numeric(logLik(tight))
      }
      row$lrt_p <- pchisq(row$lrt, length(out), lower.tail = FALSE)
    }
    row
  })
}

describe <- function(model) {
  p <- problem(model, read_data(model$data))
  q <- length(p$re$theta)
  tight <- by_lme4(p, "bobyqa")
  other <- if (is.null(model$agq) && !isFALSE(model$lrt)) by_lme4(p, "nloptwrap")
  default <- by_lme4(p, "", tight = FALSE)
  start <- parameters(tight)
  p$u <- mode_at(p, start)$u
  scale <- c(rep(0.1, q), sqrt(diag(as.matrix(vcov(tight, use.hessian = FALSE)))))
  best <- polish(criterion(p), start, scale)
  found <- mode_at(p, best$par)
  best$eta <- found$eta
  beta <- best$par[-seq_len(q)]
  covariance <- (2 * solve(best$hessian))[-seq_len(q), -seq_len(q), drop = FALSE]
  se <- sqrt(diag(covariance))
  size <- sqrt(2 * diag(solve(best$hessian)))
  family <- families[[model$family]]
  pearson <- sum(p$m * (p$y - family$mean(found$eta))^2 / family$variance(found$eta))
  away <- function(fit) max(abs(fixef(fit) - beta))
  # With several nodes lme4's likelihood lacks constants, and cannot be compared.
  deviance_of <- function(fit) if (is.null(model$agq) && !is.null(fit)) -2 * as.numeric(logLik(fit)) else NA
  modes <<- rbind(modes, effects(p, found))
  result <- list(
    id = model$id, data = model$data, formula = model$formula, family = model$family,
    agq = if (is.null(model$agq)) 1 else model$agq, weights = model$weights, offset = model$offset,
    n_observations = length(p$y), groups = as.list(lengths(lapply(p$re$flist, levels))),
    deviance = best$value, gradient = best$gradient, pearson = pearson,
    fixed_effects = lapply(seq_along(beta), function(j) {
      z <- beta[j] / se[j]
      list(term = p$names[j], estimate = beta[j], se = se[j], statistic = z,
           p = 2 * pnorm(-abs(z)))
    }),
    variance_components = components(p, best$par[seq_len(q)]),
    terms = term_tests(p, best, tight, beta, covariance),
    lme4 = list(
      bobyqa_tight = deviance_of(tight), nloptwrap_tight = deviance_of(other),
      default = deviance_of(default), tight_coefficients_off = max(abs(start - best$par)),
      tight_off_in_se = max(abs((start - best$par) / size)),
      default_coefficients_off = away(default),
      default_off_in_se = max(abs((fixef(default) - beta) / se))))
  cat(model$id, sprintf("%.8f", result$deviance), "gradient", signif(best$gradient, 2),
      "lme4 tight", signif(result$lme4$bobyqa_tight - best$value, 3), "default",
      signif(result$lme4$default - best$value, 3), signif(result$lme4$default_coefficients_off, 3),
      "tight coefficients", signif(result$lme4$tight_off_in_se, 3), "\n", file = stderr())
  result
}

wanted <- arguments[-1]
if (length(wanted)) models <- Filter(function(m) m$id %in% wanted, models)
modes <- NULL
results <- lapply(models, describe)
for (column in c("estimate", "se")) modes[[column]] <- trimws(formatC(modes[[column]], digits = 12, format = "g"))
paths <- file.path(here, c("expected.json", "modes.tsv"))
if (length(wanted)) {
  ids <- vapply(models, function(m) m$id, "")
  kept <- if (file.exists(paths[1])) jsonlite::fromJSON(paths[1], simplifyVector = FALSE)
  results <- c(Filter(function(r) !(r$id %in% ids), kept), results)
  if (file.exists(paths[2])) {
    stored <- read.delim(paths[2], colClasses = "character", quote = "")
    modes <- rbind(stored[!(stored$id %in% ids), ], modes)
  }
}
write_json(results, paths[1])
write.table(modes, paths[2], sep = "\t", quote = FALSE, row.names = FALSE)
