#!/usr/bin/env python3
"""Holds the published schema against the reader: every profile, and each of many small damages to it, is taken
by both or refused by both. What needs a look at two values at once (references, distinct codes) is the reader's
alone and not tried here.

usage: agree.py MAKEREADY SCHEMA PROFILE... (exit 77: no jsonschema)
"""
import copy, json, os, random, subprocess, sys, tempfile

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)

makeready, schema_path, files = sys.argv[1], sys.argv[2], sys.argv[3:]
schema = json.load(open(schema_path))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)


def paths(value, at=()):
    """Every place in a document."""
    yield at
    if isinstance(value, dict):
        for key in value:
            yield from paths(value[key], at + (key,))
    elif isinstance(value, list):
        for i in range(len(value)):
            yield from paths(value[i], at + (i,))


def damaged(document, at, how):
    """A copy with one thing wrong, or None where that cannot be done there."""
    out = copy.deepcopy(document)
    if not at:
        if how == "strange":
            out["strange"] = 1
            return out
        return None
    holder = out
    for step in at[:-1]:
        holder = holder[step]
    old = holder[at[-1]]
    if how == "gone":
        if not isinstance(holder, dict):
            return None
        del holder[at[-1]]
    elif how == "text":
        holder[at[-1]] = "no such word"
    elif how == "number":
        holder[at[-1]] = -77777777777
    elif how == "null":
        holder[at[-1]] = None
    elif how == "list":
        holder[at[-1]] = [3]
    elif how == "strange":
        if not isinstance(old, dict):
            return None
        old["strange"] = 1
    elif how == "long":
        if not isinstance(old, str):
            return None
        holder[at[-1]] = old + "x" * 2000
    return out


# Places where a wrong value is a question of two values, or of names that only the program knows.
def is_the_readers(document, at, how):
    if not at:
        return False
    if at[0] in ("like", "lacks", "lights", "firmware_products", "source") and how == "text":
        return True
    if "use" in at or "without" in at:
        return len(at) > 2
    # Ids: those of changes must be there, those of others be distinct and fit what takes them.
    if "change" in at and at[-1] in ("code", "name", "description", "id"):
        return True
    if at == ("device_class",) or at == ("object_id",):
        return how == "gone" and "like" in document
    # Without these a list or a flag is empty or false, and others refer to it.
    if len(at) == 1 and how == "gone":
        return True
    if at[-1] in ("colour", "duplex", "capacity", "max", "initial", "low", "high", "row", "input", "wears_by") and how == "gone":
        return True
    return False


rng = random.Random(5)
kinds = ["gone", "text", "number", "null", "list", "strange", "long"]
cases = []
for path in files:
    document = json.load(open(path))
    cases.append((path, (), "whole", document))
    everywhere = [at for at in paths(document)]
    tries = [(at, how) for at in everywhere for how in kinds]
    for at, how in rng.sample(tries, min(len(tries), 60)):
        if is_the_readers(document, at, how):
            continue
        bad = damaged(document, at, how)
        if bad is not None and bad != document:
            cases.append((path, at, how, bad))

wrong = taken = refused = 0
with tempfile.TemporaryDirectory() as folder:
    names = []
    for i, case in enumerate(cases):
        names.append(os.path.join(folder, "%05d.json" % i))
        with open(names[-1], "w") as out:
            json.dump(case[3], out, ensure_ascii=False)
    verdicts = {}
    for start in range(0, len(names), 200):
        run = subprocess.run([makeready, "profile", "check", "--words", "--json"] + names[start:start + 200],
                             capture_output=True, text=True)
        if run.returncode not in (0, 1):
            print("makeready profile check: exit %d: %s" % (run.returncode, run.stderr))
            sys.exit(1)
        for one in json.loads(run.stdout):
            verdicts[one["file"]] = one
    for name, (path, at, how, document) in zip(names, cases):
        by_schema = validator.is_valid(document)
        by_reader = verdicts[name]["verdict"] == "pass"
        taken += by_reader
        refused += not by_reader
        if by_schema != by_reader:
            wrong += 1
            print("%s, %s at %s: the schema says %s, the reader %s" % (
                os.path.basename(path), how, "/".join(map(str, at)), "good" if by_schema else "bad",
                "good" if by_reader else verdicts[name]["wrong"]))
print("%d documents, %d taken, %d refused, %d disagreements" % (len(cases), taken, refused, wrong))
sys.exit(1 if wrong or taken < len(files) or refused < 3 * len(files) else 0)
