// Not executed by our tests, which have no Nextflow.
// One part of a scan, k/K; all genes if the part is ''. Inputs are named as they stand in the task's folder, so that
// the manifest fits the folder of the report, too.
process SLOPEQTL_SCAN {
    tag "${meta.id} ${shard}"
    label 'process_low'

    conda "${moduleDir}/environment.yml"
    container "slopeqtl:0.1.0"

    input:
    tuple val(meta), path(vcf), path(vcf_index), path(bed), path(samples), path(covariates), path(files)
    val shard

    output:
    tuple val(meta), path("${prefix}.{pairs.tsv.gz,pairs.tsv.gz.tbi,genes.tsv.gz,signals.tsv.gz,top.tsv.gz,pairs.idx,manifest.json}"), emit: result
    path "versions.yml", emit: versions

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: (shard ? "${meta.id}.part.${shard.replace('/', 'of')}" : "${meta.id}")
    def genotypes = [vcf].flatten().collect { entry -> "--vcf ${entry}" }.join(' ')
    def cov = covariates ? "--cov ${covariates}" : ''
    def part = shard ? "--shard ${shard}" : ''
    """
    slopeqtl scan \\
        $genotypes \\
        --bed $bed \\
        --samples $samples \\
        $cov \\
        $part \\
        --threads $task.cpus \\
        $args \\
        --out ${prefix}

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        slopeqtl: \$(slopeqtl --version | sed 's/^slopeqtl //')
    END_VERSIONS
    """

    stub:
    prefix = task.ext.prefix ?: (shard ? "${meta.id}.part.${shard.replace('/', 'of')}" : "${meta.id}")
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
