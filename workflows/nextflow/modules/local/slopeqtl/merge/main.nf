// Not executed by our tests, which have no Nextflow.
// All parts to one result, with proof that nothing is missing. The result's name is none of the parts'.
process SLOPEQTL_MERGE {
    tag "${meta.id}"
    label 'process_single'

    conda "${moduleDir}/environment.yml"
    container "slopeqtl:0.1.0"

    input:
    tuple val(meta), path(shards)

    output:
    tuple val(meta), path("${prefix}.{pairs.tsv.gz,pairs.tsv.gz.tbi,genes.tsv.gz,signals.tsv.gz,top.tsv.gz,pairs.idx,manifest.json}"), emit: result
    path "versions.yml", emit: versions

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    def end = '.manifest.json'
    def parts = [shards].flatten().collect { entry -> entry.name }.findAll { entry -> entry.endsWith(end) }
    def prefixes = parts.collect { entry -> entry - end }.sort().join(' ')
    """
    slopeqtl merge \\
        $args \\
        --out ${prefix} \\
        $prefixes

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        slopeqtl: \$(slopeqtl --version | sed 's/^slopeqtl //')
    END_VERSIONS
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    echo "" | gzip > ${prefix}.pairs.tsv.gz
    echo "" | gzip > ${prefix}.genes.tsv.gz
    echo "" | gzip > ${prefix}.top.tsv.gz
    touch ${prefix}.pairs.tsv.gz.tbi ${prefix}.pairs.idx
    echo "{}" > ${prefix}.manifest.json

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        slopeqtl: \$(slopeqtl --version | sed 's/^slopeqtl //')
    END_VERSIONS
    """
}
