#ifndef C_NUMERIC_TEXT_H
#define C_NUMERIC_TEXT_H

#include <stddef.h>
#include <stdint.h>

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

/// The doubles nearest to 10^-300 … 10^300.
extern const double numeric_text_powers_of_ten[601];

/// The double nearest to 10^exponent, -300 to 300.
static inline double numeric_text_power_of_ten(ptrdiff_t exponent) {
  return numeric_text_powers_of_ten[exponent + 300];
}

/// The address of 10^0 in the table.
static inline const double *numeric_text_one(void) {
  return numeric_text_powers_of_ten + 300;
}

/// How the digits of a number with a decimal exponent from -4 to 7 stand around its point: two words
/// of eight characters, the second stored `behind` bytes after the first.
typedef struct {
  /// What of the digits stays in the first word; the rest of it is `head`.
  uint64_t keep;
  uint64_t head;
  /// The second word: the digits shifted down and then up, and these characters.
  uint64_t tail;
  uint8_t down;
  uint8_t up;
  uint8_t behind;
  /// Length of the text by the number of digits, less one.
  uint8_t lengths[8];
} numeric_text_layout;

/// By exponent + 4.
extern const numeric_text_layout numeric_text_layouts[12];

/// The layout of a decimal exponent from -4 to 7.
static inline numeric_text_layout numeric_text_layout_of(ptrdiff_t exponent) {
  return numeric_text_layouts[exponent + 4];
}

/// The length of the text of 1 to 8 digits with a decimal exponent from -4 to 7.
static inline ptrdiff_t numeric_text_length(ptrdiff_t exponent, ptrdiff_t digits) {
  return numeric_text_layouts[exponent + 4].lengths[digits - 1];
}

/// 10^exponent, 0 to 8.
static inline uint64_t numeric_text_integer_power_of_ten(ptrdiff_t exponent) {
  static const uint64_t powers[] = {1,       10,        100,        1000,      10000,
                                    100000,  1000000,   10000000,   100000000};
  return powers[exponent];
}

#ifdef __cplusplus
}
#endif

#endif
