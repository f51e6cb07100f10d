#include "CNumericText.h"

// "0.000000": the digits cover the zeros that are too many.
#define ZEROS 0x3030303030302E30u
// Below 1: all digits stand in the second word.
#define BELOW(behind)                                                                          \
  {0, ZEROS, 0, 0, 0, behind,                                                                  \
   {behind + 1, behind + 2, behind + 3, behind + 4, behind + 5, behind + 6, behind + 7,        \
    behind + 8}}
// The length with `before` digits before the point; without digits behind it there is no point.
#define LENGTH(before, count) ((count) > (before) ? (count) + 1 : (before))
// The point stands in the first byte of the second word.
#define ABOVE(before, down)                                                                    \
  {~0ull, 0, '.', down, 8, before,                                                             \
   {LENGTH(before, 1), LENGTH(before, 2), LENGTH(before, 3), LENGTH(before, 4),                \
    LENGTH(before, 5), LENGTH(before, 6), LENGTH(before, 7), LENGTH(before, 8)}}

const numeric_text_layout numeric_text_layouts[12] = {
    BELOW(5),    BELOW(4),    BELOW(3),    BELOW(2),    ABOVE(1, 8),  ABOVE(2, 16),
    ABOVE(3, 24), ABOVE(4, 32), ABOVE(5, 40), ABOVE(6, 48), ABOVE(7, 56),
    // Eight digits before the point leave none behind it.
    ABOVE(8, 56),
};
