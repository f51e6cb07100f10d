#include "CNumericText.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

size_t numeric_text_general(double value, int digits, char *out) {
  const auto end = std::to_chars(out, out + 40, value, std::chars_format::general, digits);
  return static_cast<size_t>(end.ptr - out);
}

size_t numeric_text_shortest(double value, char *out) {
  const auto end = std::to_chars(out, out + 40, value);
  return static_cast<size_t>(end.ptr - out);
}

int numeric_text_parse(const char *text, size_t length, double *value) {
  if (length > 0 && text[0] == '+') {
    ++text;
    --length;
    if (length > 0 && (text[0] == '-' || text[0] == '+')) return 0;
  }
  if (length == 0) return 0;
  const auto end = std::from_chars(text, text + length, *value);
  if (end.ptr != text + length) return 0;
  if (end.ec == std::errc::result_out_of_range) {
    // from_chars leaves the value alone; the mantissa's size tells underflow from overflow.
    const char *exponent = static_cast<const char *>(std::memchr(text, 'e', length));
    if (!exponent) exponent = static_cast<const char *>(std::memchr(text, 'E', length));
    const bool small = exponent && exponent + 1 < text + length && exponent[1] == '-';
    const double magnitude = small ? 0.0 : std::numeric_limits<double>::infinity();
    *value = text[0] == '-' ? -magnitude : magnitude;
    return 1;
  }
  return end.ec == std::errc() ? 1 : 0;
}
