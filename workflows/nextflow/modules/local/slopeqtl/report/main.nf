// Not executed by our tests, which have no Nextflow.
// A page about a result. The inputs are staged since the report opens them again, where the manifest has them.
process SLOPEQTL_REPORT {
    tag "${meta.id}"
    label 'process_single'

    conda "${moduleDir}/environment.yml"
    container "slopeqtl:0.1.0"

    input:
    tuple val(meta), path(result)
    tuple val(meta2), path(vcf), path(vcf_index), path(bed), path(samples), path(covariates), path(files)

    output:
    tuple val(meta), path("${prefix}.html"), emit: page
    path "versions.yml", emit: versions

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    def end = '.manifest.json'
    def name = [result].flatten().collect { entry -> entry.name }.find { entry -> entry.endsWith(end) } - end
    """
    slopeqtl report \\
        $args \\
        --out ${prefix}.html \\
        $name

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        slopeqtl: \$(slopeqtl --version | sed 's/^slopeqtl //')
    END_VERSIONS
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    touch ${prefix}.html

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        slopeqtl: \$(slopeqtl --version | sed 's/^slopeqtl //')
    END_VERSIONS
    """
}
