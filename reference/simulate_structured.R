# Simulates the cohort of the richer models: families, batches, sites, kinship.
#
#   Rscript simulate_structured.R FOLDER SEED
#
# 60 donors in 15 families are seen at times 0 to 5, a tenth of all samples is
# left out at random and every donor keeps at least 4. A family is two pairs of
# full siblings who are cousins. Besides the files of the other cohorts there
# are pairs.tsv, the pairs that are fitted, and kinship.tsv, the donors' realised
# relationship at 1500 independent variants (1 for oneself, on average 1/2 for
# siblings and 1/8 for cousins). Batches are crossed with donors. Sites are the
# samples' own; the residual standard deviation differs between them and grows
# with time.

arguments <- commandArgs(TRUE)
if (length(arguments) != 2) stop("usage: simulate_structured.R FOLDER SEED")
folder <- arguments[1]
# The generators are named, since R's defaults have changed over time.
set.seed(as.integer(arguments[2]), kind = "Mersenne-Twister",
         normal.kind = "Inversion", sample.kind = "Rejection")
dir.create(folder, showWarnings = FALSE)

n_families <- 15
n_donors <- 4 * n_families
n_times <- 6
n_genes <- 20
n_variants <- 10

write_tsv <- function(table, name, header = TRUE) {
  write.table(table, file.path(folder, name), sep = "\t", quote = FALSE, row.names = FALSE,
              col.names = header)
}

## Donors and samples -----------------------------------------------------------

donors <- sprintf("D%03d", sample(999, n_donors))
family <- setNames(rep(sprintf("F%02d", seq_len(n_families)), each = 4), donors)
sex <- setNames(sample(rep(c("F", "M"), length.out = n_donors)), donors)
pc1 <- setNames(round(rnorm(n_donors), 5), donors)
pc2 <- setNames(round(rnorm(n_donors), 5), donors)

samples <- expand.grid(time = seq_len(n_times) - 1, donor_id = donors, stringsAsFactors = FALSE)
samples <- samples[sample(nrow(samples)), ]
drop <- integer(0)
left <- table(samples$donor_id)
for (i in sample(nrow(samples))) {
  if (length(drop) == round(0.1 * nrow(samples))) break
  donor <- samples$donor_id[i]
  if (left[[donor]] > 4) {
    left[[donor]] <- left[[donor]] - 1L
    drop <- c(drop, i)
  }
}
samples <- samples[-drop, ]
n <- nrow(samples)
samples$sample_id <- sprintf("%s_t%02d", samples$donor_id, samples$time)
samples$family <- family[samples$donor_id]
samples$batch <- sample(rep(sprintf("b%d", 1:6), length.out = n))
samples$site <- sample(c("s1", "s2", "s3"), n, replace = TRUE, prob = c(0.4, 0.35, 0.25))
write_tsv(samples[, c("sample_id", "donor_id", "time", "family", "batch", "site")], "samples.tsv")

shuffled <- sample(donors)
write_tsv(rbind(c("id", shuffled),
                c("pc1", format(pc1[shuffled], nsmall = 5, trim = TRUE)),
                c("pc2", format(pc2[shuffled], nsmall = 5, trim = TRUE)),
                c("sex", sex[shuffled])), "covariates.txt", header = FALSE)

## Genotypes and kinship ----------------------------------------------------------

# Counts of the alternative allele of all donors (rows) at variants of the
# given frequencies: founders' alleles are drawn, the others inherited.
drop_genes <- function(frequency) {
  m <- length(frequency)
  founder <- function() list(rbinom(m, 1, frequency), rbinom(m, 1, frequency))
  gamete <- function(parent) ifelse(rbinom(m, 1, 0.5) == 1, parent[[1]], parent[[2]])
  child <- function(mother, father) list(gamete(mother), gamete(father))
  count <- matrix(0L, n_donors, m, dimnames = list(donors, NULL))
  for (f in seq_len(n_families)) {
    grandmother <- founder()
    grandfather <- founder()
    for (pair in 0:1) {
      parent <- child(grandmother, grandfather)
      spouse <- founder()
      for (k in 1:2) {
        person <- child(parent, spouse)
        count[4 * (f - 1) + 2 * pair + k, ] <- person[[1]] + person[[2]]
      }
    }
  }
  count
}

frequency <- runif(1500, 0.1, 0.9)
scaled <- sweep(sweep(drop_genes(frequency), 2, 2 * frequency), 2,
                sqrt(2 * frequency * (1 - frequency)), "/")
kinship <- round(tcrossprod(scaled) / length(frequency), 6)
stopifnot(min(eigen(kinship, symmetric = TRUE, only.values = TRUE)$values) > 0.05)
shuffled <- sample(donors)
write_tsv(rbind(c("id", shuffled),
                cbind(shuffled, matrix(sprintf("%.6f", kinship[shuffled, shuffled]), n_donors))),
          "kinship.tsv", header = FALSE)

minor_count <- function(d) min(sum(d), 2 * length(d) - sum(d))
genotypes <- dosages <- matrix(0, n_variants, n_donors, dimnames = list(NULL, donors))
for (v in seq_len(n_variants)) {
  repeat {
    count <- drop_genes(runif(1, 0.15, 0.5))[, 1]
    if (v %% 3 == 0) count <- 2 - count
    ds <- if (v %% 2 == 1) {
      round(pmin(2, pmax(0, count + rnorm(n_donors, 0, 0.2))), 3)
    } else {
      count
    }
    if (min(minor_count(count), minor_count(ds)) >= 0.15 * 2 * n_donors) break
  }
  genotypes[v, ] <- count
  dosages[v, ] <- ds
}
position <- sort(sample(900000:1600000, n_variants))
variant <- sprintf("chr1_%d", position)
alleles <- t(replicate(n_variants, sample(c("A", "C", "G", "T"), 2)))
entry <- matrix(paste0(c("0/0", "0/1", "1/1")[genotypes + 1], ":",
                       ifelse(dosages == round(dosages), sprintf("%d", as.integer(dosages)),
                              sprintf("%.3f", dosages))), n_variants)
shuffled <- sample(n_donors)
writeLines(c(
  "##fileformat=VCFv4.2",
  "##contig=<ID=chr1,length=248956422>",
  "##FILTER=<ID=PASS,Description=\"All filters passed\">",
  "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">",
  "##FORMAT=<ID=DS,Number=1,Type=Float,Description=\"Dosage of the alternative allele\">",
  paste(c("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT",
          donors[shuffled]), collapse = "\t"),
  paste("chr1", position, variant, alleles[, 1], alleles[, 2], ".", "PASS", ".", "GT:DS",
        apply(entry[, shuffled], 1, paste, collapse = "\t"), sep = "\t")),
  file.path(folder, "genotypes.vcf"))

## Expression ---------------------------------------------------------------------

# A standard deviation between the limits, or 0 with probability 0.15. Besides,
# every fifth gene has no random slopes of any kind and every seventh no
# batches, so that some fits are singular.
draw_sd <- function(low, high) if (runif(1) < 0.15) 0 else runif(1, low, high)
family_root <- function(values) values[match(family, sprintf("F%02d", seq_len(n_families)))]
kinship_root <- t(chol(kinship))
centred <- samples$time - mean(samples$time)
donor <- match(samples$donor_id, donors)
noise <- c(s1 = 0.7, s2 = 1, s3 = 1.4)[samples$site] * exp(0.12 * centred)
gene <- sprintf("GENE%02d", seq_len(n_genes))
start <- 1000000L + 25000L * seq_len(n_genes)
tested <- (seq_len(n_genes) - 1) %% n_variants + 1
expression <- matrix(0, n_genes, n)
for (k in seq_len(n_genes)) {
  cor <- runif(1, -0.5, 0.7)
  slopes <- if (k %% 5 == 1) 0 else 1
  u <- rnorm(n_donors)
  intercept <- draw_sd(0.5, 0.9) * u + family_root(draw_sd(0.3, 0.7) * rnorm(n_families)) +
    draw_sd(0.4, 0.8) * drop(kinship_root %*% rnorm(n_donors))
  slope <- slopes * draw_sd(0.15, 0.3) * (cor * u + sqrt(1 - cor^2) * rnorm(n_donors)) +
    slopes * family_root(draw_sd(0.1, 0.2) * rnorm(n_families)) +
    slopes * draw_sd(0.1, 0.25) * drop(kinship_root %*% rnorm(n_donors)) +
    0.03 * pc1 - 0.05 * (sex == "M")
  bend <- slopes * draw_sd(0.05, 0.12) * rnorm(n_donors)
  if (k %% 2 == 0) {
    slope <- slope + sample(c(-1, 1), 1) * runif(1, 0.1, 0.3) * dosages[tested[k], ]
  }
  if (k %% 3 == 0) intercept <- intercept + 0.4 * dosages[tested[k], ]
  batch <- setNames((if (k %% 7 == 3) 0 else draw_sd(0.3, 0.6)) * rnorm(6), sprintf("b%d", 1:6))
  expression[k, ] <- rnorm(1, 8, 1) + rnorm(1, 0, 0.1) * centred + noise * rnorm(n) +
    intercept[donor] + slope[donor] * centred + bend[donor] * (centred^2 - mean(centred^2)) +
    batch[samples$batch] + (0.2 * pc1 - 0.1 * pc2 + 0.3 * (sex == "M"))[donor]
}
column_order <- sample(n)
write_tsv(rbind(c("#chr", "start", "end", "phenotype_id", samples$sample_id[column_order]),
                cbind("chr1", start, start + 1L, gene,
                      matrix(sprintf("%.6f", expression[, column_order]), n_genes))),
          "expression.bed", header = FALSE)

# Each gene with one variant, the first four with a second one.
write_tsv(data.frame(phenotype_id = c(gene, gene[1:4]),
                     variant_id = variant[c(tested, tested[1:4] + 4)]), "pairs.tsv")
