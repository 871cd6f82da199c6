"""Measures transformers + PEFT on the demo model: milliseconds a decode step.

Four rows, all greedy, fp32, on the CPU, at a given context: one base sequence, one sequence with one
adapter, 16 base sequences, 16 sequences with the first 16 adapters (alphabetical) in one batch by
PEFT's mixed-batch inference. Each row is measured in every sound configuration of transformers, and
the fastest one counts. Prints a table and writes target/reports/peers-raw.json.
"""

import argparse
import gc
import json
import os
import platform
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is looked up outside this machine

import peft  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from peft import PeftModel  # noqa: E402
from transformers import AutoModelForCausalLM, DynamicCache, StaticCache  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
FIRST_WORD_ID = 7  # lower ids are the special tokens of the demo model
ATTENTIONS = ("sdpa", "eager")
CACHES = ("dynamic", "static")
LOGIT_TOLERANCE = 2e-3


@dataclass(frozen=True)
class Case:
    """One row of the table.

    adapters holds one adapter a sequence, or nothing for the base model alone, without PEFT around
    it. A single adapter is the active one; several go through adapter_names.
    """

    name: str
    model: torch.nn.Module
    rows: int
    adapters: tuple = ()

    def forward_arguments(self):
        """Makes a single adapter the active one; returns what each forward call needs."""
        if len(self.adapters) == 1:
            self.model.set_adapter(self.adapters[0])
        return {"adapter_names": list(self.adapters)} if len(self.adapters) > 1 else {}


@dataclass(frozen=True)
class Lengths:
    """Steps are timed from context - steps / 2 to context + steps / 2, so that their median is at context."""

    context: int
    warmup: int
    steps: int

    @property
    def prompt(self):
        return self.context - self.steps // 2 - self.warmup

    @property
    def new_tokens(self):
        return self.warmup + self.steps

    @property
    def total(self):
        return self.prompt + self.new_tokens


def prompt_ids(rows, length, vocabulary):
    """Token ids without meaning, other ones in each row: a dense model takes the same time for all."""
    words = vocabulary - FIRST_WORD_ID
    return torch.tensor(
        [[FIRST_WORD_ID + (31 * i + 17 * row) % words for i in range(length)] for row in range(rows)]
    )


def new_cache(kind, model, length):
    config = model.config.get_text_config()
    if kind == "dynamic":
        return DynamicCache(config=config)
    return StaticCache(config=config, max_cache_len=length)


def decode(case, cache_kind, lengths):
    """Prefills, then decodes greedily. Returns the milliseconds of each timed step, and all new ids."""
    arguments = case.forward_arguments()
    ids = prompt_ids(case.rows, lengths.prompt, case.model.config.vocab_size)
    cache = new_cache(cache_kind, case.model, lengths.total)
    positions = torch.arange(lengths.total).unsqueeze(0).expand(case.rows, -1)
    logits = case.model(
        input_ids=ids,
        position_ids=positions[:, : lengths.prompt],
        cache=cache,
        use_cache=True,
        logits_to_keep=1,
        **arguments,
    ).logits
    new_ids, times = [logits[:, -1].argmax(-1, keepdim=True)], []
    for step in range(lengths.new_tokens - 1):
        position = lengths.prompt + step
        start = time.perf_counter()
        logits = case.model(
            input_ids=new_ids[-1],
            position_ids=positions[:, position : position + 1],
            cache=cache,
            use_cache=True,
            **arguments,
        ).logits
        new_ids.append(logits[:, -1].argmax(-1, keepdim=True))
        times.append((time.perf_counter() - start) * 1000)
    return times[lengths.warmup :], torch.cat(new_ids, 1)


def generate(case, lengths, rounds):
    """The cross-check by generate(). Returns the milliseconds a step, without prefill, and all new ids."""
    arguments = case.forward_arguments()
    ids = prompt_ids(case.rows, lengths.prompt, case.model.config.vocab_size)

    def timed(new_tokens):
        start = time.perf_counter()
        output = case.model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            max_new_tokens=new_tokens,
            **arguments,
        )
        return (time.perf_counter() - start) * 1000, output[:, ids.shape[1] :]

    timed(2)
    prefill_ms = statistics.median(timed(1)[0] for _ in range(rounds))
    runs = [timed(lengths.new_tokens) for _ in range(rounds)]
    total_ms = statistics.median(ms for ms, _ in runs)
    return (total_ms - prefill_ms) / (lengths.new_tokens - 1), runs[0][1]


def check_mixed_batch(case, lengths):
    """Each row of a mixed batch must say what its adapter says alone, or the comparison is void."""
    ids = prompt_ids(case.rows, lengths.prompt, case.model.config.vocab_size)
    mixed = case.model(
        input_ids=ids, use_cache=False, logits_to_keep=1, **case.forward_arguments()
    ).logits
    worst = 0.0
    for row, adapter in enumerate(case.adapters):
        case.model.set_adapter(adapter)
        alone = case.model(
            input_ids=ids[row : row + 1], use_cache=False, logits_to_keep=1
        ).logits
        worst = max(worst, (mixed[row] - alone[0]).abs().max().item())
    if worst > LOGIT_TOLERANCE:
        sys.exit(f"mixed batch: logits {worst} from those alone, limit {LOGIT_TOLERANCE}")
    return worst


def quartiles(times):
    low, median, high = statistics.quantiles(times, n=4)
    return {"median_ms": median, "q1_ms": low, "q3_ms": high, "steps": len(times)}


def measure(cases, lengths, rounds):
    """All cases in all configurations, round by round, so that a slow spell of the machine hits all alike."""
    times = {}
    ids = {}
    for turn in range(rounds):
        for attention in ATTENTIONS:
            for cache in CACHES:
                for case in cases:
                    case.model.set_attn_implementation(attention)
                    key = (case.name, attention, cache)
                    gc.collect()
                    step_times, ids[key] = decode(case, cache, lengths)
                    times.setdefault(key, []).extend(step_times)
        print(f"round {turn + 1} of {rounds} done", file=sys.stderr)
    return times, ids


def row_report(case, times, ids, lengths, rounds):
    """The fastest configuration of a case, all others, and what generate() says."""
    configurations = [
        {"attention": attention, "cache": cache, **quartiles(step_times)}
        for (name, attention, cache), step_times in times.items()
        if name == case.name
    ]
    best = min(configurations, key=lambda c: c["median_ms"])
    case.model.set_attn_implementation(best["attention"])
    generate_ms, generated = generate(case, lengths, rounds)
    own = ids[(case.name, best["attention"], best["cache"])]
    return {
        "name": case.name,
        "rows": case.rows,
        "adapters": list(case.adapters),
        "ms": best["median_ms"],
        "tokens_per_second": 1000 * case.rows / best["median_ms"],
        "best": best,
        "configurations": configurations,
        "generate_ms": generate_ms,
        "generate_same_ids": bool(torch.equal(own, generated)),
    }


def load_base(directory):
    model = AutoModelForCausalLM.from_pretrained(directory / "base", dtype=torch.float32)
    model.generation_config.eos_token_id = None  # generate() is to go on, as the own loop does
    return model.eval()


def load_with_adapters(directory, names):
    model = PeftModel.from_pretrained(
        load_base(directory), directory / "adapters" / names[0], adapter_name=names[0]
    )
    for name in names[1:]:
        model.load_adapter(directory / "adapters" / name, adapter_name=name)
    # The files are bf16; whatever type PEFT chose for them, all arithmetic is to be fp32.
    return model.float().eval()


def make_cases(directory, one_adapter, rows):
    names = sorted(p.name for p in (directory / "adapters").iterdir() if p.is_dir())
    if len(names) < rows:
        sys.exit(f"{directory / 'adapters'}: {len(names)} adapters, {rows} are needed")
    first = names[:rows]
    base = load_base(directory)
    adapted = load_with_adapters(directory, sorted({*first, one_adapter}))
    merged = load_with_adapters(directory, [one_adapter]).merge_and_unload().eval()
    return [
        Case("decode-1-base-ms", base, 1),
        Case("decode-1-one-adapter-ms", adapted, 1, (one_adapter,)),
        Case("decode-1-one-adapter-merged-ms", merged, 1),
        Case("decode-16-base-ms", base, rows),
        Case("decode-16-first-16-adapters-ms", adapted, rows, tuple(first)),
    ]


def machine():
    model = next(
        (line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "peft": peft.__version__,
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "load_average": os.getloadavg()[0],
    }


def print_table(report):
    print(f"\ntransformers + PEFT, context {report['context']}, {report['threads']} threads, fp32")
    print(f"{'row':34} {'ms/step':>8} {'q1':>8} {'q3':>8} {'tokens/s':>9} {'generate()':>10}  configuration")
    for row in report["rows"]:
        best = row["best"]
        same = "" if row["generate_same_ids"] else ", other ids in generate()"
        print(
            f"{row['name']:34} {row['ms']:8.2f} {best['q1_ms']:8.2f} {best['q3_ms']:8.2f}"
            f" {row['tokens_per_second']:9.1f} {row['generate_ms']:10.2f}"
            f"  {best['attention']}, {best['cache']} cache{same}"
        )
    print(f"mixed batch against each adapter alone: logits within {report['mixed_batch_error']:.1e}\n")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--model",
        type=Path,
        default=ROOT / "src/main/resources/demo-model",
        help="folder with base/ and adapters/ (default: the demo model)",
    )
    parser.add_argument("--threads", type=int, default=2, help="threads of torch (default 2)")
    parser.add_argument("--context", type=int, default=256, help="tokens (default 256)")
    parser.add_argument("--steps", type=int, default=32, help="timed steps a round (default 32)")
    parser.add_argument("--warmup", type=int, default=8, help="steps before those (default 8)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds over all rows (default 5)")
    parser.add_argument("--adapter", default="banking-intent", help="the one adapter of one row")
    parser.add_argument("--out", type=Path, default=ROOT / "target/reports/peers-raw.json")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    torch.set_num_interop_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    lengths = Lengths(arguments.context, arguments.warmup, arguments.steps)
    with torch.inference_mode():
        cases = make_cases(arguments.model, arguments.adapter, 16)
        mixed_batch_error = check_mixed_batch(cases[-1], lengths)
        times, ids = measure(cases, lengths, arguments.rounds)
        rows = [row_report(case, times, ids, lengths, arguments.rounds) for case in cases]
    report = {
        "machine": machine(),
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "threads": arguments.threads,
        "context": arguments.context,
        "mixed_batch_error": mixed_batch_error,
        "rows": rows,
    }
    print_table(report)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(report, indent=2) + "\n")
    print(f"written: {arguments.out}")


if __name__ == "__main__":
    main()
