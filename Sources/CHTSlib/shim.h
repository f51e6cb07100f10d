#include <htslib/bgzf.h>
#include <htslib/hfile.h>
#include <htslib/hts.h>
#include <htslib/hts_log.h>
#include <htslib/kstring.h>
#include <htslib/tbx.h>
#include <htslib/vcf.h>

// The system's error number of a failed read, 0 where none failed: htslib itself reports a block that
// could not be read like one that is damaged.
static inline int shim_read_error(const BGZF *file) { return herrno(file->fp); }
