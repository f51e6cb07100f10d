// Not executed by our tests, which have no Nextflow.
// What is wrong with the inputs is said here, before a part of the scan starts.
process SLOPEQTL_CHECK {
    tag "${meta.id}"
    label 'process_single'

    conda "${moduleDir}/environment.yml"
    container "slopeqtl:0.1.0"

    input:
    tuple val(meta), path(vcf), path(vcf_index), path(bed), path(samples), path(covariates), path(files)

    output:
    tuple val(meta), path("${prefix}.check.json"), emit: report
    path "versions.yml", emit: versions

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    def genotypes = [vcf].flatten().collect { entry -> "--vcf ${entry}" }.join(' ')
    def cov = covariates ? "--cov ${covariates}" : ''
    """
    slopeqtl check --json \\
        $genotypes \\
        --bed $bed \\
        --samples $samples \\
        $cov \\
        --threads $task.cpus \\
        $args \\
        > ${prefix}.check.json

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        slopeqtl: \$(slopeqtl --version | sed 's/^slopeqtl //')
    END_VERSIONS
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    echo "{}" > ${prefix}.check.json

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        slopeqtl: \$(slopeqtl --version | sed 's/^slopeqtl //')
    END_VERSIONS
    """
}
