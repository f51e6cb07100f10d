"""Checks the WDL and Nextflow files beside this folder as far as that goes without their engines.

    python3 check_files.py 'slopeqtl 0.1.0'

Prints a line per check; ends with 1 if one fails.
"""
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEXTFLOW = ROOT / "nextflow"
MODULES = NEXTFLOW / "modules/local/slopeqtl"
VERSION = sys.argv[1].split()[-1]
failures = 0


def report(title, problems):
    global failures
    print(("FAILED  " if problems else "ok      ") + " " + title)
    for problem in problems:
        print(f"         {problem}")
    failures += bool(problems)


def skipped(title, why):
    print(f"skipped  {title}: {why}")


def wdl_inputs():
    title = "wdl: inputs.json fits the workflow"
    try:
        import WDL
    except ImportError:
        return skipped(title, "miniwdl's Python is not here")
    workflow = WDL.load(str(ROOT / "wdl/slopeqtl.wdl")).workflow
    inputs = json.loads((ROOT / "wdl/inputs.json").read_text())
    try:
        WDL.values_from_json(inputs, workflow.available_inputs, workflow.required_inputs, workflow.name)
    except Exception as error:
        return report(title, [error])
    report(title, [])


def without_text(source):
    """Groovy without comments and strings, those of `\"\"\"` with their `${}` included."""
    words = r'"""(?:\\.|[^\\])*?"""|"(?:\$\{(?:[^{}]|\{[^{}]*\})*\}|\\.|[^"\\])*"|' r"'(?:\\.|[^'\\])*'|//[^\n]*|/\*.*?\*/"
    return re.sub(words, " ", source.replace("==~ /", "== /"), flags=re.S)


def unbalanced(path):
    open_brackets = []
    for mark in re.findall(r"[][(){}]", without_text(path.read_text())):
        if mark in "([{":
            open_brackets.append(mark)
        elif not open_brackets or open_brackets.pop() + mark not in ("()", "[]", "{}"):
            return f"{path.relative_to(NEXTFLOW)}: {mark} closes nothing"
    return f"{path.relative_to(NEXTFLOW)}: {open_brackets[-1]} stays open" if open_brackets else None


def section(text, start, end):
    return text.split(f"\n    {start}:\n")[1].split(f"\n    {end}:\n")[0]


def module_problems(folder):
    """Stubs make every output that the script must make; meta.yml names inputs and outputs as main.nf."""
    import yaml

    text = (folder / "main.nf").read_text()
    name = folder.name
    problems = []
    if f"process SLOPEQTL_{name.upper()} {{" not in text:
        problems.append("the process has another name")
    if f'container "slopeqtl:{VERSION}"' not in text:
        problems.append(f"the container is not of version {VERSION}")
    outputs, stub = section(text, "output", "when"), text.split("\n    stub:\n")[1]
    made = set(re.findall(r"\$\{prefix\}\.([\w.]+)", stub)) | set(re.findall(r"> (versions\.yml)", stub))
    wanted = set()
    for pattern in re.findall(r'path\(?\s*"([^"]+)"', outputs):
        pattern = pattern.removeprefix("${prefix}.")
        wanted |= set(pattern.strip("{}").split(",")) if pattern[0] == "{" else {pattern}
    # Signals are there with --conditional alone.
    if made != wanted - {"signals.tsv.gz"}:
        problems.append(f"the stub makes {sorted(made)}, outputs are {sorted(wanted)}")
    meta = yaml.safe_load((folder / "meta.yml").read_text())
    emitted = set(re.findall(r"emit: (\w+)", outputs))
    if set(meta["output"]) != emitted:
        problems.append(f"meta.yml has the outputs {sorted(meta['output'])}, main.nf {sorted(emitted)}")
    taken = re.findall(r"(?:val|path)[ (](\w+)", section(text, "input", "output"))
    described = [key for item in meta["input"] for cell in (item if isinstance(item, list) else [item])
                 for key in cell if cell[key] is not None and not isinstance(cell[key], str)]
    if taken != described:
        problems.append(f"meta.yml has the inputs {described}, main.nf {taken}")
    if meta["name"] != f"slopeqtl_{name}":
        problems.append("meta.yml has another name")
    environment = yaml.safe_load((folder / "environment.yml").read_text())
    if environment["dependencies"] != [f"slopeqtl={VERSION}"]:
        problems.append(f"environment.yml is not of version {VERSION}")
    tests = (folder / "tests/main.nf.test").read_text()
    if f'process "SLOPEQTL_{name.upper()}"' not in tests or 'options "-stub"' not in tests:
        problems.append("tests lack the process or its stub")
    return problems


def schema_problems():
    import yaml

    schema = json.loads((NEXTFLOW / "nextflow_schema.json").read_text())
    problems = []
    described = {key: value for group in schema["$defs"].values() for key, value in group["properties"].items()}
    config = (NEXTFLOW / "nextflow.config").read_text()
    block = config.split("params {")[1].split("\n}")[0]
    defaults = {key: yaml.safe_load(value) for key, value in re.findall(r"^ +(\w+) += (.*)$", block, flags=re.M)}
    if set(described) != set(defaults):
        problems.append(f"in one of schema and configuration only: {sorted(set(described) ^ set(defaults))}")
    for key, value in described.items():
        if value.get("default") != defaults.get(key):
            problems.append(f"{key}: the schema's default is {value.get('default')}, the configuration's {defaults.get(key)}")
    if f"version         = '{VERSION}'" not in config:
        problems.append(f"the manifest is not of version {VERSION}")
    try:
        import jsonschema
    except ImportError:
        skipped("nextflow: params.yml by the schema", "jsonschema is not here")
        return problems
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    example = yaml.safe_load((NEXTFLOW / "params.yml").read_text())
    problems += [f"params.yml: {error.message}" for error in validator.iter_errors(example)]
    problems += [f"params.yml: {key} is no parameter" for key in set(example) - set(described)]
    for wrong in ({"shards": 0}, {"options": "--maf 0.1 --out x"}, {"bed": None}):
        if validator.is_valid(example | wrong):
            problems.append(f"the schema takes {wrong}")
    return problems


def main():
    wdl_inputs()
    sources = [p for end in ("*.nf", "*.config", "*.test") for p in sorted(NEXTFLOW.rglob(end))]
    report("nextflow: brackets are balanced", [p for p in map(unbalanced, sources) if p])
    try:
        import yaml  # noqa: F401
    except ImportError:
        skipped("nextflow: modules and schema", "PyYAML is not here")
    else:
        for folder in sorted(MODULES.iterdir()):
            report(f"nextflow: module {folder.name}: stub, meta.yml, environment and tests fit", module_problems(folder))
        report("nextflow: schema, configuration and params.yml fit", schema_problems())
    sys.exit(1 if failures else 0)


main()
