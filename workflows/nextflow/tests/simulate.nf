// A small cohort for the tests.
process SIMULATE {
    tag "${meta.id}"

    input:
    val meta

    output:
    tuple val(meta), path("${meta.id}.vcf.gz"), path("${meta.id}.vcf.gz.tbi"), path("${meta.id}.bed.gz"), path("${meta.id}.samples.tsv"), path("${meta.id}.covariates.txt"), val([]), emit: cohort

    script:
    """
    slopeqtl simulate --out ${meta.id} --donors 30 --genes 12 --variants 200 --missing 0.1 --seed 7 --quiet
    """

    stub:
    """
    touch ${meta.id}.vcf.gz ${meta.id}.vcf.gz.tbi ${meta.id}.bed.gz ${meta.id}.samples.tsv ${meta.id}.covariates.txt
    """
}
