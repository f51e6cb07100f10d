// A scan in parts beside one that is not.
include { SLOPEQTL      } from '../main.nf'
include { SLOPEQTL_SCAN } from '../modules/local/slopeqtl/scan/main'

workflow COMPARE {
    take:
    ch_cohort
    shards

    main:
    SLOPEQTL(ch_cohort, shards)
    SLOPEQTL_SCAN(ch_cohort, '')

    emit:
    result = SLOPEQTL.out.result
    page   = SLOPEQTL.out.page
    whole  = SLOPEQTL_SCAN.out.result
}
