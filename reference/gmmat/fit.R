# The model without kinship of kinship.py, by lme4.
#
#   Rscript gmmat/fit.R DATA_FOLDER
#
# Writes lmer.tsv beside this script.

arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
for (file in c("read_inputs.R", "fit_functions.R", "rich_functions.R")) {
  source(file.path(here, "..", file))
}
data <- read.delim(file.path(commandArgs(TRUE)[1], "pheno2.txt"))
fitted <- fit_best(y.trend ~ sex + time + (1 + time | id), data)
table <- suppressMessages(coef(summary(fitted$fit)))
row <- data.frame(model = "independent", deviance = REMLcrit(fitted$fit))
for (term in c("(Intercept)", "sex", "time")) {
  name <- paste0("b_", if (term == "(Intercept)") "intercept" else term)
  row[[name]] <- table[term, 1]
  row[[paste0(name, "_se")]] <- table[term, 2]
  row[[paste0("df_", name)]] <- table[term, 3]
}
row <- cbind(row, components(fitted$fit), findings(fitted))
write_digits(row, file.path(here, "lmer.tsv"))
