# Reference fits with random parts richer than (1 + time | donor), of the pairs of
# cohort_structured and of its genes without a variant.
#
#   Rscript random_parts/fit.R MODEL
#
# Writes expected_MODEL.tsv and null_MODEL.tsv beside this script.

arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
for (file in c("read_inputs.R", "fit_functions.R", "rich_functions.R")) {
  source(file.path(here, "..", file))
}

model <- commandArgs(TRUE)[1]
random <- switch(model,
                 batch = "(1 + time | donor) + (1 | batch)",
                 batch_site = "(1 + time | donor) + (1 | batch) + (1 | site)",
                 family = "(1 + time | donor) + (1 | family)",
                 nested = "(1 + time | family/donor)",
                 quadratic = "(1 + time + I(time^2) | donor)",
                 quadratic_uncorrelated = "(1 + time + I(time^2) || donor)",
                 stop("unknown model ", model))
folder <- file.path(here, "..", "cohort_structured")
# The origin of time matters where intercepts and slopes are uncorrelated.
cohort <- read_cohort(folder, centre = model != "quadratic_uncorrelated")
describe <- function(fitted, ids) {
  cbind(ids, deviance = deviance_of(fitted$fit), single_tests(fitted), components(fitted$fit),
        findings(fitted))
}

pairs <- read.delim(file.path(folder, "pairs.tsv"))
formula <- as.formula(paste(structured_fixed, "+", random))
rows <- do.call(rbind, lapply(seq_len(nrow(pairs)), function(i) {
  describe(fit_best(formula, cohort$pair(pairs$phenotype_id[i], pairs$variant_id[i])), pairs[i, ])
}))
write_digits(rows, file.path(here, paste0("expected_", model, ".tsv")))

formula <- as.formula(paste(sub("time * genotype", "time", structured_fixed, fixed = TRUE), "+",
                            random))
nulls <- do.call(rbind, lapply(cohort$genes, function(gene) {
  describe(fit_best(formula, cohort$pair(gene)), data.frame(phenotype_id = gene))
}))
write_digits(nulls, file.path(here, paste0("null_", model, ".tsv")))
cat(sprintf(paste0("%s: %d pairs, %d singular; %d nulls, %d singular; ",
                   "df_lmertest/df_fine - 1 up to %.2g; largest gradient %.2g\n"), model,
            nrow(rows), sum(rows$singular), nrow(nulls), sum(nulls$singular),
            max(abs(rows$df_gi / rows$df_fine_gi - 1)), max(rows$gradient)))
