# Fits of nlme's classic data with residuals that are correlated in time or have SDs of their own.
#
#   Rscript serial/fit.R DATA          (a folder with Ovary.csv, BodyWeight.csv, …)
#
# Each fit is the best of nlminb and optim from several starts. Writes expected.json beside this
# script: minus twice the log-likelihood with lme4's constant for REML (see README.md), fixed
# effects with standard errors, the random effects' covariance, the residual SD and parameters.

suppressPackageStartupMessages(library(nlme))
arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
folder <- commandArgs(TRUE)[1]
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))

ovary <- read("Ovary")
ovary$visit <- ave(ovary$Time, ovary$Mare, FUN = rank)
ovary$s <- sin(2 * pi * ovary$Time)
ovary$c <- cos(2 * pi * ovary$Time)
weight <- read("BodyWeight")
weight$Diet <- factor(weight$Diet)
orthodont <- read("Orthodont")
orthodont$Sex <- factor(orthodont$Sex, levels = c("Female", "Male"))
dialyzer <- read("Dialyzer")
dialyzer$QB <- factor(dialyzer$QB)

# Correlations are tried from several starts.
starts <- c(0.05, 0.4, 0.8)
models <- list(
  ovary_ar1 = list(follicles ~ s + c, ovary, ~ 1 | Mare, function(r) corAR1(r, ~ visit | Mare)),
  ovary_car1 = list(follicles ~ s + c, ovary, ~ 1 | Mare, function(r) corCAR1(r, ~ Time | Mare)),
  weight_ar1 = list(weight ~ Time * Diet, weight, ~ Time | Rat,
                    function(r) corAR1(r, ~ Time | Rat)),
  weight_car1 = list(weight ~ Time * Diet, weight, ~ Time | Rat,
                     function(r) corCAR1(r, ~ Time | Rat)),
  weight_power_car1 = list(weight ~ Time * Diet, weight, ~ Time | Rat,
                           function(r) corCAR1(r, ~ Time | Rat), function() varPower(0, ~ Time)),
  orthodont_sex_ar1 = list(distance ~ age * Sex, orthodont, ~ 1 | Subject,
                           function(r) corAR1(r, ~ age | Subject),
                           function() varIdent(form = ~ 1 | Sex)),
  orthodont_slope_sex = list(distance ~ age * Sex, orthodont, ~ age | Subject, NULL,
                             function() varIdent(form = ~ 1 | Sex)),
  dialyzer_power = list(
    rate ~ (pressure + I(pressure^2) + I(pressure^3) + I(pressure^4)) * QB, dialyzer,
    ~ pressure + I(pressure^2) | Subject, NULL, function() varPower(0, ~ pressure)),
  dialyzer_exp = list(
    rate ~ (pressure + I(pressure^2) + I(pressure^3) + I(pressure^4)) * QB, dialyzer,
    ~ pressure + I(pressure^2) | Subject, NULL, function() varExp(0, ~ pressure)),
  dialyzer_power_qb = list(
    rate ~ (pressure + I(pressure^2) + I(pressure^3) + I(pressure^4)) * QB, dialyzer,
    ~ pressure + I(pressure^2) | Subject, NULL,
    function() varComb(varIdent(form = ~ 1 | QB), varPower(0, ~ pressure))),
  dialyzer_power_ar1 = list(
    rate ~ (pressure + I(pressure^2) + I(pressure^3) + I(pressure^4)) * QB, dialyzer,
    ~ 1 | Subject, function(r) corAR1(r, ~ index | Subject), function() varPower(0, ~ pressure))
)

search <- function(model, method) {
  runs <- list()
  for (optimiser in c("nlminb", "optim")) {
    for (start in if (is.null(model[[4]])) 0 else starts) {
      for (steps in c(0, 50)) {
        control <- lmeControl(opt = optimiser, maxIter = 500, msMaxIter = 500, msMaxEval = 5000,
                              niterEM = steps, tolerance = 1e-10, msTol = 1e-12)
        call <- list(fixed = model[[1]], data = model[[2]], random = model[[3]], method = method,
                     control = control)
        if (!is.null(model[[4]])) call$correlation <- model[[4]](start)
        if (length(model) > 4) call$weights <- model[[5]]()
        runs[[length(runs) + 1]] <- tryCatch(suppressWarnings(do.call(lme, call)),
                                             error = function(e) NULL)
      }
    }
  }
  runs <- Filter(Negate(is.null), runs)
  if (length(runs) == 0) return(NULL)
  value <- vapply(runs, function(fit) -2 * as.numeric(logLik(fit)), 0)
  list(fit = runs[[which.min(value)]], runs = length(runs), worst = max(value) - min(value))
}

describe <- function(name, method) {
  found <- search(models[[name]], method)
  if (is.null(found)) {
    cat(sprintf("%s %s: no fit\n", name, method))
    return(NULL)
  }
  fit <- found$fit
  d <- unclass(getVarCov(fit))
  attributes(d) <- list(dim = dim(d))
  parameters <- list()
  if (!is.null(fit$modelStruct$varStruct)) {
    values <- coef(fit$modelStruct$varStruct, unconstrained = FALSE)
    if (is.list(values)) values <- unlist(values)
    parameters <- c(parameters, as.list(values))
  }
  if (!is.null(fit$modelStruct$corStruct)) {
    parameters$ar1 <- coef(fit$modelStruct$corStruct, unconstrained = FALSE)[[1]]
  }
  cat(sprintf("%s %s: %.10g, %d searches differ by up to %.2g; %s\n", name, method,
              -2 * as.numeric(logLik(fit)), found$runs, found$worst,
              paste(names(parameters), signif(unlist(parameters), 6), collapse = " ")))
  list(model = name, criterion = tolower(method), deviance = -2 * as.numeric(logLik(fit)),
       searches = found$runs, worst_search = found$worst,
       fixed = lapply(names(fixef(fit)), function(term) {
         list(term = term, estimate = fixef(fit)[[term]], se = sqrt(vcov(fit)[term, term]))
       }),
       covariance = lapply(seq_len(nrow(d)), function(i) as.list(d[i, ])), sd_residual = fit$sigma,
       parameters = parameters)
}

all <- list()
for (name in names(models)) for (method in c("REML", "ML")) {
  all[[length(all) + 1]] <- describe(name, method)
}
jsonlite::write_json(Filter(Negate(is.null), all), file.path(here, "expected.json"),
                     auto_unbox = TRUE, digits = 15, pretty = TRUE, na = "null")
