# Fits of the pairs of cohort_structured with precision weights, by lmer(weights = ).
#
#   Rscript weights/fit.R SEED
#
# Draws a positive weight for each gene and sample, which are the residual variance's divisors:
# var(residual) = sigma^2 / weight. They are written to weights.bed, which is laid out as the
# expression (other order of genes and samples), and read back from it. The deviance is that of
# the expression as it is: -sum(log(weight)) is part of it. Writes expected.tsv too.

arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
for (file in c("read_inputs.R", "fit_functions.R", "rich_functions.R")) {
  source(file.path(here, "..", file))
}
folder <- file.path(here, "..", "cohort_structured")
path <- file.path(here, "weights.bed")
cohort <- read_cohort(folder)

set.seed(as.integer(commandArgs(TRUE)[1]), kind = "Mersenne-Twister",
         normal.kind = "Inversion", sample.kind = "Rejection")
expression <- read_table(find_input(folder, "expression.bed"))
genes <- expression[sample(nrow(expression)), 1:4]
samples <- sample(cohort$samples)
drawn <- matrix(sprintf("%.4f", pmax(0.05, rgamma(nrow(genes) * length(samples), 3, 2))),
                nrow(genes), dimnames = list(NULL, samples))
write.table(cbind(genes, drawn), path, sep = "\t", quote = FALSE, row.names = FALSE)

table <- read_table(path)
weights <- as.matrix(table[, cohort$samples])
mode(weights) <- "numeric"
rownames(weights) <- table$phenotype_id

pairs <- read.delim(file.path(folder, "pairs.tsv"))
formula <- as.formula(paste(structured_fixed, "+ (1 + time | donor)"))
rows <- do.call(rbind, lapply(seq_len(nrow(pairs)), function(i) {
  fitted <- fit_best(formula, cohort$pair(pairs$phenotype_id[i], pairs$variant_id[i]),
                     weights = unname(weights[pairs$phenotype_id[i], ]))
  cbind(pairs[i, ], deviance = deviance_of(fitted$fit),
        single_tests(fitted, kenward_roger = FALSE), components(fitted$fit), findings(fitted))
}))
write_digits(rows, file.path(here, "expected.tsv"))
cat(sprintf("weights: %d pairs, %d singular; weights from %.3g to %.3g\n", nrow(rows),
            sum(rows$singular), min(weights), max(weights)))
