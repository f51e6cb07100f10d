#include "CNumericText.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace {

/// Whether a number out of a double's range is too large, and not too small: whether the power of
/// ten of its first digit is positive. Zeros may stand before that digit, or behind it in place of
/// an exponent.
bool is_large(const char *text, const char *end) {
  // Digits up to the point from the first that is not zero; below zero the zeros behind the point.
  long long place = 0;
  bool is_behind_point = false;
  bool has_digit = false;
  for (; text != end && *text != 'e' && *text != 'E'; ++text) {
    if (*text == '.') {
      is_behind_point = true;
    } else if (*text != '-') {
      has_digit = has_digit || *text != '0';
      if (has_digit && !is_behind_point) ++place;
      if (!has_digit && is_behind_point) --place;
    }
  }
  if (text == end) return place > 0;
  ++text;
  const bool is_negative = text != end && *text == '-';
  long long exponent = 0;
  // No file has digits enough to make up for an exponent of 15 digits.
  for (; text != end && exponent < 1'000'000'000'000'000; ++text) {
    if (*text >= '0' && *text <= '9') exponent = 10 * exponent + (*text - '0');
  }
  return place + (is_negative ? -exponent : exponent) > 0;
}

}  // namespace

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
    // from_chars leaves the value alone.
    const double magnitude =
        is_large(text, text + length) ? std::numeric_limits<double>::infinity() : 0.0;
    *value = text[0] == '-' ? -magnitude : magnitude;
    return 1;
  }
  return end.ec == std::errc() ? 1 : 0;
}
