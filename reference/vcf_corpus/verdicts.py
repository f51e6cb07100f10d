"""What slopeqtl makes of the VCF files of the specification's corpus (samtools/hts-specs, test/vcf).

Usage: verdicts.py SLOPEQTL CORPUS > verdicts.tsv
"""

import pathlib
import re
import subprocess
import sys

# Why files of passed/ may be refused, by the message.
REFUSED = {
    "header without donors": "sites only: there is nothing to scan",
    "no records after the header": "no variants: there is nothing to scan",
    "no usable FORMAT field": "a record without GT and DS has no dosage",
    "wrong number of dosages": "DS is one value per ALT; this has one for several",
    "malformed genotype": "more than two alleles in a call: dosages are haploid or diploid",
    "malformed position": "position 0 is a telomere, not a variant in a window",
    "chromosome is split in two runs": "'1' comes again after '<1>': not sorted",
}
# Why files of failed/ may be accepted, by the name.
ACCEPTED = {
    r"body_(info|filter|qual|id)_": "the fault is in a column that dosages do not depend on",
    r"body_chrom_001": "':' is in names of contigs of HLA alleles",
    r"body_chrom_004": "'*' is in names of contigs of HLA alleles",
    r"body_format_003": "'_' is allowed in names of fields since VCF 4.3",
    r"body_sample_0(05|10)": "the fault is in a field that is not read (AL)",
    r"body_samples_ploidy": "the fault is in a field that is not read (PL)",
    r"body_duplicated_003": "another way to write the variant: bcftools norm finds it by the reference",
    r"body_no_newline": "the last record is whole without its line end",
}


def reason(folder, name, verdict, words):
    if folder == "passed":
        return "" if verdict == "accepted" else REFUSED[words]
    if verdict == "refused":
        return "a fault of the file"
    return next(text for pattern, text in ACCEPTED.items() if re.search(pattern, name))


def main(program, corpus):
    print("file\tfolder\tverdict\tmessage\treason")
    for path in sorted(pathlib.Path(corpus).rglob("*.vcf")):
        name = path.relative_to(corpus).as_posix()
        result = subprocess.run(
            [program, "check", "--vcf", name], cwd=corpus, capture_output=True, text=True)
        if result.returncode not in (0, 65):
            sys.exit(f"{name}: exit code {result.returncode}\n{result.stderr}")
        verdict = "refused" if result.returncode else "accepted"
        words = ""
        if verdict == "refused":
            message = result.stderr.strip().splitlines()[-1].split("error: ", 1)[1]
            words = message.removeprefix(name).split(": ", 1)[1].split(";")[0]
        folder = path.parent.name
        print(name, folder, verdict, words, reason(folder, name, verdict, words), sep="\t")


main(*sys.argv[1:])
