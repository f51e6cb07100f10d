# Fits of the classic data sets of lme4, nlme and mlmRev by lme4: expected.json has the models,
# blups.tsv the random effects of all levels.
#
#   Rscript fit.R FOLDER [ID ...]      (FOLDER holds sleepstudy.csv and the others; with IDs
#                                       prints those models and writes nothing)

arguments <- commandArgs(TRUE)
arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
source(file.path(here, "functions.R"))

model <- function(id, data, formula, criterion = "reml", inference = TRUE) {
  list(id = id, data = data, formula = formula, criterion = criterion, inference = inference)
}
sleep <- "Reaction ~ Days + "
models <- list(
  model("sleepstudy", "sleepstudy", paste0(sleep, "(Days | Subject)")),
  model("sleepstudy_ml", "sleepstudy", paste0(sleep, "(Days | Subject)"), "ml"),
  model("sleepstudy_uncorrelated", "sleepstudy", paste0(sleep, "(Days || Subject)")),
  model("sleepstudy_uncorrelated_ml", "sleepstudy", paste0(sleep, "(Days || Subject)"), "ml"),
  model("sleepstudy_intercept", "sleepstudy", paste0(sleep, "(1 | Subject)")),
  model("sleepstudy_intercept_ml", "sleepstudy", paste0(sleep, "(1 | Subject)"), "ml"),
  model("dyestuff", "Dyestuff", "Yield ~ 1 + (1 | Batch)"),
  model("dyestuff_ml", "Dyestuff", "Yield ~ 1 + (1 | Batch)", "ml"),
  model("dyestuff2", "Dyestuff2", "Yield ~ 1 + (1 | Batch)"),
  model("dyestuff2_ml", "Dyestuff2", "Yield ~ 1 + (1 | Batch)", "ml"),
  model("pastes", "Pastes", "strength ~ 1 + (1 | batch/cask)"),
  model("pastes_ml", "Pastes", "strength ~ 1 + (1 | batch/cask)", "ml"),
  model("penicillin", "Penicillin", "diameter ~ 1 + (1 | plate) + (1 | sample)"),
  model("penicillin_ml", "Penicillin", "diameter ~ 1 + (1 | plate) + (1 | sample)", "ml"),
  model("machines_nested", "Machines", "score ~ Machine + (1 | Worker/Machine)"),
  model("machines_slopes", "Machines", "score ~ Machine + (Machine | Worker)"),
  model("oxboys", "Oxboys", "height ~ age + I(age^2) + (age + I(age^2) | Subject)"),
  model("orthodont", "Orthodont", "distance ~ age * Sex + (age | Subject)"),
  model("cake_number", "cake", "angle ~ recipe * temp + (1 | recipe:replicate)"),
  model("cake_factor", "cake", "angle ~ recipe * factor(temp) + (1 | recipe:replicate)"),
  model("bodyweight", "BodyWeight", "weight ~ Time * factor(Diet) + (Time | Rat)"),
  model("milk", "Milk", "protein ~ Time * Diet + (Time | Cow)"),
  model("egsingle", "mlmRev_egsingle", "math ~ year * female + (year | schoolid/childid)",
        inference = FALSE))

wanted <- arguments[-1]
if (length(wanted)) models <- Filter(function(m) m$id %in% wanted, models)
effects <- list()
results <- lapply(models, function(m) {
  fitted <- fit_best(as.formula(m$formula), read_classic(arguments[1], m$data),
                     m$criterion == "reml")
  if (m$inference) effects[[m$id]] <<- blups(m$id, fitted$fit)
  result <- describe(m, fitted)
  cat(m$id, sprintf("%.6f", result$deviance), result$optimiser, "gradient", result$gradient,
      "excess", format(unlist(result$excess), digits = 2), "\n", file = stderr())
  result
})
if (length(wanted)) {
  print(jsonlite::toJSON(results, auto_unbox = TRUE, digits = I(10), pretty = TRUE, na = "null"))
} else {
  write_json(results, file.path(here, "expected.json"))
  write_digits(do.call(rbind, effects), file.path(here, "blups.tsv"), 12)
}
