"""Sets our decode steps beside those of transformers + PEFT.

Reads target/reports/bench.json (ours) and target/reports/peers-raw.json (theirs), prints a table and
writes target/reports/peers.json: rows of name, value (our ms), unit, ceiling (their ms), ratio
(theirs to ours), goal and met. A missed goal is reported, not an error.
"""

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOALS = {
    "decode-1-base-ms": 2.0,
    "decode-1-one-adapter-ms": 2.0,
    "decode-16-base-ms": None,
    "decode-16-first-16-adapters-ms": 5.0,
}


def read(path):
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        sys.exit(f"{path} is missing")


def our_steps(path):
    """Our milliseconds a step, by row name."""
    report = read(path)
    rows = report["rows"] if isinstance(report, dict) else report
    return {row["name"]: row["value"] for row in rows}


def their_steps(path):
    """Their milliseconds a step, by row name."""
    return {row["name"]: row["ms"] for row in read(path)["rows"]}


def compare(ours, theirs):
    missing = [name for name in GOALS if name not in ours or name not in theirs]
    if missing:
        sys.exit(f"rows missing in one of the two reports: {', '.join(missing)}")
    return [row(name, goal, ours[name], theirs[name]) for name, goal in GOALS.items()]


def row(name, goal, our_ms, their_ms):
    ratio = their_ms / our_ms
    return {
        "name": name,
        "value": our_ms,
        "unit": "ms",
        "ceiling": their_ms,
        "ratio": round(ratio, 3),
        "goal": None if goal is None else f">={goal:g}",
        "met": None if goal is None else ratio >= goal,
    }


def print_table(rows):
    print(f"{'row':34} {'ours ms':>8} {'PEFT ms':>8} {'ratio':>6} {'goal':>5}  met")
    for r in rows:
        met = {True: "yes", False: "no", None: ""}[r["met"]]
        print(
            f"{r['name']:34} {r['value']:8.2f} {r['ceiling']:8.2f} {r['ratio']:6.2f}"
            f" {r['goal'] or '':>5}  {met}"
        )


def main():
    reports = ROOT / "target/reports"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ours", type=Path, default=reports / "bench.json")
    parser.add_argument("--theirs", type=Path, default=reports / "peers-raw.json")
    parser.add_argument("--out", type=Path, default=reports / "peers.json")
    arguments = parser.parse_args()
    rows = compare(our_steps(arguments.ours), their_steps(arguments.theirs))
    print_table(rows)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(rows, indent=2) + "\n")
    print(f"written: {arguments.out}")


if __name__ == "__main__":
    main()
