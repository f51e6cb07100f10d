// Not executed by our tests, which have no Nextflow.
//
// A scan for dynamic eQTLs in parts: check → parts of a scan → merge → report.
//
//   nextflow run main.nf -profile standard -params-file params.yml
//
// Parameters are in nextflow_schema.json.
include { SLOPEQTL_CHECK  } from './modules/local/slopeqtl/check/main'
include { SLOPEQTL_SCAN   } from './modules/local/slopeqtl/scan/main'
include { SLOPEQTL_MERGE  } from './modules/local/slopeqtl/merge/main'
include { SLOPEQTL_REPORT } from './modules/local/slopeqtl/report/main'

// Files of a list or of a text with commas.
def listed(paths) {
    def names = paths instanceof List ? paths : (paths ?: '').tokenize(',')
    return names.collect { name -> file(name.toString().trim(), checkIfExists: true) }
}

// Indexes that lie beside genotypes.
def indexes(genotypes) {
    def names = genotypes.collectMany { entry -> ["${entry.toUriString()}.tbi", "${entry.toUriString()}.csi"] }
    return names.collect { name -> file(name) }.findAll { entry -> entry.exists() }
}

workflow SLOPEQTL {
    take:
    ch_cohort // value channel: [ meta, vcf, vcf_index, bed, samples, covariates, files ]
    shards    // number of parts

    main:
    SLOPEQTL_CHECK(ch_cohort)

    // Parts wait for the check: nothing is scanned of input that is refused.
    ch_parts = SLOPEQTL_CHECK.out.report.flatMap { _meta, _report -> (1..shards).collect { k -> "${k}/${shards}".toString() } }
    SLOPEQTL_SCAN(ch_cohort, ch_parts)

    ch_shards = SLOPEQTL_SCAN.out.result.groupTuple().map { meta, files -> [meta, files.flatten()] }
    SLOPEQTL_MERGE(ch_shards)
    SLOPEQTL_REPORT(SLOPEQTL_MERGE.out.result, ch_cohort)

    ch_versions = SLOPEQTL_CHECK.out.versions
        .mix(SLOPEQTL_SCAN.out.versions.first())
        .mix(SLOPEQTL_MERGE.out.versions)
        .mix(SLOPEQTL_REPORT.out.versions)

    emit:
    check    = SLOPEQTL_CHECK.out.report
    result   = SLOPEQTL_MERGE.out.result
    page     = SLOPEQTL_REPORT.out.page
    versions = ch_versions
}

workflow {
    main:
    def missing = ['bed', 'samples'].findAll { name -> !params[name] }
    if (missing) {
        error("Missing parameters: ${missing.collect { name -> "--${name}" }.join(', ')}")
    }
    if (!(params.shards.toString() ==~ /[1-9][0-9]*/)) {
        error("--shards: found ${params.shards}, expected a number from 1")
    }
    def genotypes = listed(params.vcf)
    def cohort = [
        [id: params.name],
        genotypes,
        indexes(genotypes),
        file(params.bed, checkIfExists: true),
        file(params.samples, checkIfExists: true),
        listed(params.covariates),
        listed(params.files),
    ]
    SLOPEQTL(channel.value(cohort), params.shards as int)
    SLOPEQTL.out.versions.collectFile(name: 'versions.yml', storeDir: "${params.outdir}/pipeline_info", sort: true)
}
