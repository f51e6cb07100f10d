#ifndef C_VCF_TEXT_H
#define C_VCF_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// A bit for each of the 64 bytes at `bytes`, the first in the lowest place: whether it is `byte`.
static inline uint64_t vcf_text_equal64(const void *bytes, uint8_t byte) {
#if defined(__SSE2__)
  const __m128i *block = (const __m128i *)bytes;
  const __m128i wanted = _mm_set1_epi8((char)byte);
  uint64_t mask = 0;
  for (int part = 0; part < 4; part++) {
    const __m128i equal = _mm_cmpeq_epi8(_mm_loadu_si128(block + part), wanted);
    mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(equal) << (16 * part);
  }
  return mask;
#else
  // A byte is zero exactly where its own high bit ends up set; the product gathers those bits.
  const uint64_t low = 0x7F7F7F7F7F7F7F7F;
  uint64_t mask = 0;
  for (int part = 0; part < 8; part++) {
    uint64_t word;
    memcpy(&word, (const char *)bytes + 8 * part, 8);
    word ^= 0x0101010101010101 * byte;
    const uint64_t zero = ~(((word & low) + low) | word | low);
    mask |= ((zero >> 7) * 0x0102040810204080 >> 56) << (8 * part);
  }
  return mask;
#endif
}

/// The same for the `count` bytes at `bytes`, fewer than 64; bits beyond them are zero.
static inline uint64_t vcf_text_equal(const void *bytes, size_t count, uint8_t byte) {
  uint8_t block[64] = {0};
  memcpy(block, bytes, count);
  return vcf_text_equal64(block, byte) & (((uint64_t)1 << count) - 1);
}

/// Reads eight called genotypes of one ALT, three bytes and a tab each, as dosages: the number of
/// ones in `0|1` or `0/1`, NaN for `.|.` and `./.`. Returns 1, or 0 where any is something else.
static inline int vcf_text_calls8(const void *columns, float *dosages) {
  typedef uint32_t words __attribute__((vector_size(16)));
  words any = {0};
  for (int half = 0; half < 2; half++) {
    words text;
    memcpy(&text, (const char *)columns + 16 * half, 16);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (int lane = 0; lane < 4; lane++) text[lane] = __builtin_bswap32(text[lane]);
#endif
    // The bytes of "0|0", tab and "0/0", tab; a called ALT allele differs from them in one bit.
    const words reference = text & 0xFFFEFFFEu;
    const words called = (words)(reference == 0x09307C30u) | (words)(reference == 0x09302F30u);
    const words missing = (words)(text == 0x092E7C2Eu) | (words)(text == 0x092E2F2Eu);
    any |= ~(called | missing);
    const words one = (text ^ text >> 16) & 1, two = (text & text >> 16) & 1;
    // The bits of 1.0 and 2.0, or of a NaN.
    const words bits = ((-one & 0x3F800000u) | two << 30 | (missing & 0x7FC00000u));
    memcpy(dosages + 4 * half, &bits, 16);
  }
  return !(any[0] | any[1] | any[2] | any[3]);
}

#endif
