# Simulates one cohort in the input formats of slopeqtl.
#
#   Rscript simulate_cohort.R FOLDER DONORS TIMES MISSING SEED
#
# DONORS donors are seen at times 0 .. TIMES-1; a share MISSING of all samples
# is left out at random, every donor keeping at least 3.

arguments <- commandArgs(TRUE)
if (length(arguments) != 5) stop("usage: simulate_cohort.R FOLDER DONORS TIMES MISSING SEED")
folder <- arguments[1]
n_donors <- as.integer(arguments[2])
n_times <- as.integer(arguments[3])
missing <- as.numeric(arguments[4])
# The generators are named, since R's defaults have changed over time.
set.seed(as.integer(arguments[5]), kind = "Mersenne-Twister",
         normal.kind = "Inversion", sample.kind = "Rejection")
dir.create(folder, showWarnings = FALSE)

n_genes <- 12
n_variants <- 10
sigma <- 1

## Donors, samples, covariates ------------------------------------------------

donors <- sprintf("D%03d", sort(sample(999, n_donors)))
# Half of each sex, so that no level is rare in the small cohort.
sex <- setNames(sample(rep(c("F", "M"), length.out = n_donors)), donors)
pc1 <- setNames(round(rnorm(n_donors), 5), donors)
pc2 <- setNames(round(rnorm(n_donors), 5), donors)

samples <- expand.grid(time = seq_len(n_times) - 1, donor_id = donors,
                       stringsAsFactors = FALSE)
# The order of samples follows neither donor nor time, so that a program that
# relies on an order instead of on the ids gets wrong results.
samples <- samples[sample(nrow(samples)), ]
if (missing > 0) {
  target <- round(missing * nrow(samples))
  drop <- integer(0)
  left <- table(samples$donor_id)
  for (i in sample(nrow(samples))) {
    if (length(drop) == target) break
    donor <- samples$donor_id[i]
    if (left[[donor]] > 3) {
      left[[donor]] <- left[[donor]] - 1L
      drop <- c(drop, i)
    }
  }
  samples <- samples[-drop, ]
}
n <- nrow(samples)
samples$sample_id <- sprintf("%s_t%02d", samples$donor_id, samples$time)
# Nuisance columns that the reference models do not use.
samples$batch <- sample(c("b1", "b2", "b3"), n, replace = TRUE)
samples$rin <- round(runif(n, 6, 10), 2)

write.table(samples[, c("sample_id", "donor_id", "time", "batch", "rin")],
            file.path(folder, "samples.tsv"), sep = "\t", quote = FALSE, row.names = FALSE)

covariate_donors <- sample(donors)
covariates <- rbind(c("id", covariate_donors),
                    c("pc1", format(pc1[covariate_donors], nsmall = 5, trim = TRUE)),
                    c("pc2", format(pc2[covariate_donors], nsmall = 5, trim = TRUE)),
                    c("sex", sex[covariate_donors]))
write.table(covariates, file.path(folder, "covariates.txt"), sep = "\t", quote = FALSE,
            row.names = FALSE, col.names = FALSE)

## Genotypes ------------------------------------------------------------------

# At least 6 minor alleles and a minor allele frequency of at least 0.1, in
# the genotypes and in the dosages. Every third variant has the alternative
# allele as the major one. Odd variants have dosages like imputed ones.
minor_count <- function(d) min(sum(d), 2 * length(d) - sum(d))
floor_count <- max(6, 0.1 * 2 * n_donors)
dosages <- matrix(0, n_variants, n_donors, dimnames = list(NULL, donors))
genotypes <- dosages
for (v in seq_len(n_variants)) {
  repeat {
    count <- rbinom(n_donors, 2, runif(1, 0.1, 0.5))
    if (v %% 3 == 0) count <- 2 - count
    ds <- if (v %% 2 == 1) {
      round(pmin(2, pmax(0, count + rnorm(n_donors, 0, 0.2))), 3)
    } else {
      count
    }
    if (min(minor_count(count), minor_count(ds)) >= floor_count) break
  }
  genotypes[v, ] <- count
  dosages[v, ] <- ds
}
position <- sort(sample(900000:1400000, n_variants))
variant <- sprintf("chr1_%d", position)
alleles <- t(replicate(n_variants, sample(c("A", "C", "G", "T"), 2)))
entry <- matrix(paste0(c("0/0", "0/1", "1/1")[genotypes + 1], ":",
                       ifelse(dosages == round(dosages), sprintf("%d", as.integer(dosages)),
                              sprintf("%.3f", dosages))), n_variants)
writeLines(c(
  "##fileformat=VCFv4.2",
  "##contig=<ID=chr1,length=248956422>",
  "##FILTER=<ID=PASS,Description=\"All filters passed\">",
  "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">",
  "##FORMAT=<ID=DS,Number=1,Type=Float,Description=\"Dosage of the alternative allele\">",
  paste(c("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", donors),
        collapse = "\t"),
  paste("chr1", position, variant, alleles[, 1], alleles[, 2], ".", "PASS", ".", "GT:DS",
        apply(entry, 1, paste, collapse = "\t"), sep = "\t")),
  file.path(folder, "genotypes.vcf"))

## Expression -----------------------------------------------------------------

# Standard deviation of intercepts and of the slope over the whole range of
# times, and their correlation. The residual standard deviation is 1. A fit
# is singular for about half of the data sets in which a variance is 0, and
# often where the correlation is near 1 or -1.
regimes <- data.frame(
  sd_intercept = c(0.8, 0.8, 0.5, 0.6, 0.6, 0.5, 0.8, 0.5, 1.0, 1.2, 0.0, 0.0),
  sd_change    = c(0.0, 0.0, 0.0, 0.7, 0.5, 0.6, 0.3, 0.4, 1.5, 2.0, 0.0, 0.9),
  cor          = c(0.0, 0.0, 0.0, .95, .95, -.95, 0.0, -.95, 0.3, -.4, 0.0, 0.0))
regimes$sd_slope <- regimes$sd_change / (n_times - 1)

time <- samples$time
centred <- time - mean(time)
donor <- match(samples$donor_id, donors)
start <- 1000000L + 25000L * seq_len(n_genes)
gene <- sprintf("GENE%02d", seq_len(n_genes))
expression <- matrix(0, n_genes, n)
spread <- sum((centred)^2) / n_donors   # sum of squares of time per donor
for (k in seq_len(n_genes)) {
  r <- regimes[k, ]
  u <- rnorm(n_donors)
  w <- r$cor * u + sqrt(1 - r$cor^2) * rnorm(n_donors)
  intercept <- r$sd_intercept * u
  slope <- r$sd_slope * w
  y <- rnorm(1, 8, 1) + rnorm(1, 0, 0.1) * centred + rnorm(n, 0, sigma) +
    intercept[donor] + slope[donor] * centred +
    (0.2 * pc1 - 0.1 * pc2 + 0.3 * (sex == "M"))[donor] +
    ((0.02 * pc1 + 0.03 * (sex == "M"))[donor]) * centred
  # Even genes get a dynamic effect of one variant, 3 to 6 times its standard
  # error (worked out for complete, balanced data); every third gene a
  # constant effect of another variant.
  if (k %% 2 == 0) {
    v <- 1 + (k %/% 2 - 1) %% n_variants
    se <- sqrt((r$sd_slope^2 + sigma^2 / spread) / (n_donors * var(dosages[v, ])))
    effect <- (3 + 3 * (k / 2 - 1) / 5) * se * (if (k %% 4 == 0) -1 else 1)
    y <- y + effect * dosages[v, donor] * centred
  }
  if (k %% 3 == 0) y <- y + 0.4 * dosages[n_variants + 1 - k %/% 3, donor]
  expression[k, ] <- y
}
column_order <- sample(n)
bed <- cbind("chr1", start, start + 1L, gene,
             matrix(sprintf("%.6f", expression[, column_order]), n_genes))
bed <- rbind(c("#chr", "start", "end", "phenotype_id", samples$sample_id[column_order]), bed)
write.table(bed, file.path(folder, "expression.bed"), sep = "\t", quote = FALSE,
            row.names = FALSE, col.names = FALSE)
