#ifndef C_NUMERIC_TEXT_H
#define C_NUMERIC_TEXT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Writes `value` with `digits` significant digits, as printf's %.{digits}g, correctly rounded.
/// Returns the number of bytes written (no terminator); `out` holds at least 40 bytes.
size_t numeric_text_general(double value, int digits, char *out);

/// Writes the shortest text that reads back to the same double. Returns the number of bytes.
size_t numeric_text_shortest(double value, char *out);

/// Reads a decimal number that must fill [text, text + length) entirely (a leading '+' is allowed).
/// Returns 1 and sets `*value`, or 0 when the text is not a number. "inf" and "nan" are read.
int numeric_text_parse(const char *text, size_t length, double *value);

#ifdef __cplusplus
}
#endif

#endif
