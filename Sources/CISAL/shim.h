#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

// The macro is arithmetic on others, which Swift does not import.
static const uint32_t isal_level_3_buffer_size = ISAL_DEF_LVL3_DEFAULT;
