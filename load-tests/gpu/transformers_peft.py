"""Measures transformers + PEFT beside the engine, on the same GPU.

--error: how far transformers in bf16 is from the golden logits, which are fp32's; golden_error.py.
--speed: milliseconds of a decode step of 32 rows, without and with an adapter for each; decode_speed.py.

Where Python lacks torch, transformers or PEFT, or torch sees no GPU, that is said, and nothing is measured.
"""

import argparse
import os
import platform
import sys
import time
from pathlib import Path

BEGIN = time.monotonic()
os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is looked up outside this machine

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / "target/reports"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--error", action="store_true", help="measure the error of the demo model's logits")
    what.add_argument("--speed", action="store_true", help="measure decode steps of a random model")
    parser.add_argument("--device", default="cuda", choices=("cuda", "cpu"), help="cpu: to try it out")
    parser.add_argument("--out", type=Path, help="the JSON that is written (default: in target/reports)")

    error = parser.add_argument_group("with --error")
    error.add_argument("--dtype", default="bfloat16", help="float32 shows what the measure itself is off by")
    error.add_argument(
        "--model",
        type=Path,
        default=ROOT / "src/main/resources/demo-model",
        help="folder with base/ and adapters/ (default: the demo model)",
    )
    error.add_argument(
        "--golden",
        type=Path,
        default=ROOT / "src/test/resources/fixtures/demo-golden.json",
        help="its golden cases",
    )

    speed = parser.add_argument_group("with --speed")
    speed.add_argument("--shape", default="llama-2-7b", choices=("llama-2-7b", "tiny"))
    speed.add_argument("--context", type=int, default=512, help="tokens of a row (default 512)")
    speed.add_argument("--steps", type=int, default=9, help="timed steps (default 9; medians count)")
    speed.add_argument("--warmup", type=int, default=3, help="steps before those (default 3)")
    speed.add_argument("--limit", type=float, default=115, help="seconds for everything (default 115)")
    speed.add_argument("--ours", type=Path, help="gpu-bench.json, for the ratios")
    speed.add_argument("--other-run", action="store_true", help="--ours is not of this run; it is said")
    return parser.parse_args()


def missing(device):
    """Why nothing can be measured here, or nothing."""
    try:
        import peft  # noqa: F401
        import torch
        import transformers  # noqa: F401
    except (ImportError, OSError) as e:  # OSError: a library of CUDA's is not there
        return str(e).splitlines()[0]
    if device == "cuda" and not torch.cuda.is_available():
        return "torch sees no GPU"
    return None


def machine(device):
    import peft
    import torch
    import transformers

    card = {}
    if device == "cuda":
        card = {"card": torch.cuda.get_device_name(), "cuda": torch.version.cuda}
    return {
        **card,
        "system": platform.platform(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "peft": peft.__version__,
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def main():
    arguments = parse_arguments()
    reason = missing(arguments.device)
    if reason:
        print(f"transformers + PEFT: skipped, {reason}")
        return 0
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    report = {"machine": machine(arguments.device)}
    print("peers    " + ", ".join(f"{name} {value}" for name, value in report["machine"].items()))
    if arguments.error:
        import golden_error

        golden_error.run(arguments, arguments.out or REPORTS / "peer-error.json", report)
        return 0
    import decode_speed

    out = arguments.out or REPORTS / "gpu-bench-peers.json"
    return decode_speed.run(arguments, out, report, BEGIN + arguments.limit)


if __name__ == "__main__":
    sys.exit(main())
