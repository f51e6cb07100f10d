# R's orthogonal polynomials and natural splines of a fixed vector, for the tests of the formula
# language. Writes expected.tsv beside this script.
arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- if (length(arg)) dirname(sub("^--file=", "", arg[1])) else "."
x <- c(0, 1, 2, 0, 1, 3, 4.5, 5, 5.5, 7, 8, 9.25, 10, 2.5, 3.5, 6)
columns <- cbind(x, poly(x, 3), splines::ns(x, df = 3))
colnames(columns) <- c("x", paste0("poly", 1:3), paste0("ns", 1:3))
write.table(format(columns, digits = 15, trim = TRUE), file.path(here, "expected.tsv"),
            sep = "\t", quote = FALSE, row.names = FALSE)
