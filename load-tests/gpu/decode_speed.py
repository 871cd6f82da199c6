"""Milliseconds of a decode step of 32 rows in transformers, without and with an adapter of rank 50 for each row.

The model is random, of Llama 2 7B's shape, bf16, with PyTorch's fused attention. A step is one forward pass,
the arg max, and the copy of the tokens to the host. Each configuration of transformers is tried; one that
fails, or whose logits are not those of the first, is reported and does not count; the fastest of the others
does. Adapters go through adapter_names, PEFT's way for a batch of many; no CUDA graph is tried there, since
each layer indexes by Python lists, which are copied from the host.
"""

import contextlib
import gc
import inspect
import json
import signal
import statistics
import time
from dataclasses import dataclass, field

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, DynamicCache, LlamaConfig, StaticCache

ROWS = 32
RANK = 50
MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
SHAPES = {
    "llama-2-7b": dict(hidden_size=4096, intermediate_size=11008, num_hidden_layers=32, num_attention_heads=32),
    "tiny": dict(hidden_size=128, intermediate_size=344, num_hidden_layers=2, num_attention_heads=4),
}
COMPILE_SECONDS = 60
GRAPH_WARMUP = 3
TOLERANCE = 0.1  # of logits, relative in the 2-norm; bf16 alone makes 0.01 to 0.03, a wrong cache 1
GOALS = {"decode32": 8, "decode32Peft": 120}
OURS = {"decode32": "decode, 32 rows", "decode32Peft": "32 rows, 32 x rank 50"}
NAMES = {"decode32": "transformers, 32 rows", "decode32Peft": "transformers + PEFT, 32 rows, 32 x rank 50"}


class OutOfTime(BaseException):
    """Not an Exception, so that nothing on the way takes it for a failure of its own."""


@contextlib.contextmanager
def at_most(seconds):
    def stop(_signal, _frame):
        raise OutOfTime

    signal.signal(signal.SIGALRM, stop)
    # Again and again, since what is raised in a destructor is swallowed.
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.01), 2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def no_collection():
    """For what makes many thousand objects that stay: collecting in between takes seconds."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@dataclass
class Plan:
    """Steps are timed around the context, so that their median is at it."""

    device: str
    context: int
    warmup: int
    steps: int
    script: torch.Tensor = None

    @property
    def prompt(self):
        return self.context - self.steps // 2 - self.warmup

    @property
    def cells(self):
        """Of a static cache: no more than is needed, in whole eights, as fused attention likes masks."""
        return -(-(self.prompt + self.warmup + self.steps + GRAPH_WARMUP + 1) // 8) * 8

    def write_script(self, vocabulary):
        """All tokens that are fed, the same in every configuration, so that logits can be compared."""
        generator = torch.Generator().manual_seed(20261130)
        ids = torch.randint(vocabulary, (ROWS, self.cells), generator=generator)
        self.script = ids.to(self.device)


@dataclass
class Loop:
    """A batch that was prefilled and decodes, a token of the script each step."""

    model: torch.nn.Module
    plan: Plan
    static: bool
    adapters: list = field(default_factory=list)

    def __post_init__(self):
        config = self.model.config.get_text_config()
        self.cache = StaticCache(config, self.plan.cells) if self.static else DynamicCache(config=config)
        self.call = self.model
        self.at = self.plan.prompt
        self.ids = self.plan.script[:, : self.at].clone()
        self.forward()
        self.ids = self.plan.script[:, :1].clone()

    def forward(self):
        names = {"adapter_names": self.adapters} if self.adapters else {}
        output = self.call(
            input_ids=self.ids, past_key_values=self.cache, use_cache=True, logits_to_keep=1, **names
        )
        self.logits = output.logits[:, -1]
        self.chosen = self.logits.argmax(-1)

    def feed(self):
        self.ids.copy_(self.plan.script[:, self.at : self.at + 1])
        self.at += 1

    def step(self):
        self.feed()
        self.forward()

    def time(self, step):
        """Returns the milliseconds of the timed steps, and the logits at the place where all are compared."""
        times, logits = [], None
        for _ in range(self.plan.warmup + self.plan.steps):
            begin = time.perf_counter()
            step()
            self.chosen.cpu()
            times.append((time.perf_counter() - begin) * 1000)
            if self.at == self.plan.prompt + self.plan.warmup + self.plan.steps:
                logits = self.logits.float()
        return times[self.plan.warmup :], logits


def eager(loop):
    return loop.step


def cuda_graph(loop):
    """The step as a CUDA graph, recorded by hand: nothing is compiled."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(GRAPH_WARMUP):
            loop.step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loop.forward()

    def step():
        loop.feed()
        graph.replay()

    return step


def compiled(loop):
    """torch.compile with the CUDA graphs of its own."""
    loop.call = torch.compile(loop.model, mode="reduce-overhead", dynamic=False)

    def step():
        torch.compiler.cudagraph_mark_step_begin()
        loop.step()

    return step


def build_model(shape, device):
    config = LlamaConfig(
        **SHAPES[shape], vocab_size=32000, max_position_embeddings=4096, tie_word_embeddings=False
    )
    torch.manual_seed(20261130)
    with torch.device(device):
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16, attn_implementation="sdpa")
    return model.eval()


def add_adapters(model, device):
    """Random ones, made where the model is and in its format; B is not zero, so that each row differs."""
    names = [f"adapter-{i}" for i in range(ROWS)]
    with torch.device(device), no_collection():
        for name in names:
            config = LoraConfig(
                r=RANK,
                lora_alpha=RANK,
                target_modules=list(MODULES),
                init_lora_weights=False,
                task_type="CAUSAL_LM",
            )
            if name == names[0]:
                model = get_peft_model(model, config, adapter_name=name, autocast_adapter_dtype=False)
            elif "autocast_adapter_dtype" in inspect.signature(model.add_adapter).parameters:
                model.add_adapter(name, config, autocast_adapter_dtype=False)
            else:  # PEFT before 0.19 casts nothing here
                model.add_adapter(name, config)
    types = {parameter.dtype for parameter in model.parameters()}
    if types != {torch.bfloat16}:
        raise RuntimeError(f"parameters are of {types}; bfloat16 alone is wanted")
    return model.eval(), names


def distance(logits, reference):
    return ((logits - reference).norm() / reference.norm()).item()


def check_mixed_batch(model, names, plan):
    """A row of a mixed batch must say what its adapter says alone, and not what the base says."""
    ids = plan.script[:, :64]
    with torch.inference_mode():
        mixed = model(input_ids=ids, use_cache=False, logits_to_keep=1, adapter_names=names).logits.float()
        with model.disable_adapter():
            base = model(input_ids=ids, use_cache=False, logits_to_keep=1).logits.float()
        worst = 0.0
        for row in (0, ROWS - 1):
            model.set_adapter(names[row])
            alone = model(input_ids=ids[row : row + 1], use_cache=False, logits_to_keep=1).logits.float()
            worst = max(worst, distance(mixed[row], alone[0]))
    if not worst <= TOLERANCE < distance(mixed, base):
        raise RuntimeError(f"mixed batch: {worst} from adapters alone, {distance(mixed, base)} from the base")
    return worst


class Bench:
    """Tries configurations one by one; the report is written after each, so that what was measured stays."""

    def __init__(self, arguments, out, report, deadline):
        self.arguments = arguments
        self.out = out
        self.report = report
        self.deadline = deadline
        self.device = arguments.device
        self.plan = Plan(arguments.device, arguments.context, arguments.warmup, arguments.steps)
        self.references = {}
        report |= {
            "shape": arguments.shape,
            "context": arguments.context,
            "rows": ROWS,
            "configurations": [],
        }

    def left(self):
        return self.deadline - time.monotonic()

    def guarded(self, what, work, seconds=float("inf")):
        """What the work returns, or nothing where it failed or took too long; then why is returned as well."""
        limit = min(seconds, self.left())
        begin = time.monotonic()
        if limit <= 0:
            return None, "no time left"
        try:
            with at_most(limit):
                result = work()
                print(f"{what}: {time.monotonic() - begin:.1f} s", flush=True)
                return result, None
        except OutOfTime:
            return None, f"took longer than {limit:.0f} s"
        except Exception as e:  # whatever a library throws, the next configuration is tried
            return None, f"{type(e).__name__}: {(str(e).strip() or '-').splitlines()[0][:200]}"

    def measure(self, key, name, make_loop, prepare, mode, seconds=float("inf")):
        def work():
            with mode():
                loop = make_loop()
                return loop.time(prepare(loop))

        result, reason = self.guarded(f"{NAMES[key]}: {name}", work, seconds)
        entry = {"of": key, "name": name}
        if result is None:
            print(f"{NAMES[key]}: {name}: skipped, {reason}", flush=True)
            entry |= {"skipped": reason}
        else:
            times, logits = result
            away = distance(logits, self.references.setdefault(key, logits))
            low, median, high = statistics.quantiles(times, n=4)
            entry |= {"millis": median, "q1": low, "q3": high, "steps": len(times), "fromFirst": away}
            entry["sound"] = away <= TOLERANCE
        self.report["configurations"].append(entry)
        self.write()
        if self.device == "cuda":
            torch.cuda.empty_cache()

    def write(self):
        for key in GOALS:
            sound = [c for c in self.report["configurations"] if c["of"] == key and c.get("sound")]
            best = min(sound, key=lambda c: c["millis"], default=None)
            self.report[f"{key}Millis"] = best["millis"] if best else None
            self.report[f"{key}Configuration"] = best["name"] if best else None
        self.out.parent.mkdir(parents=True, exist_ok=True)
        self.out.write_text(json.dumps(self.report, indent=2) + "\n")

    def base(self, model):
        loops = {static: lambda static=static: Loop(model, self.plan, static) for static in (False, True)}
        self.measure("decode32", "dynamic cache", loops[False], eager, torch.inference_mode)
        self.measure("decode32", "static cache", loops[True], eager, torch.inference_mode)
        if self.device == "cuda":
            self.measure("decode32", "static cache, CUDA graph", loops[True], cuda_graph, torch.no_grad)

    def adapted(self, model, names):
        error, reason = self.guarded("mixed batch, checked", lambda: check_mixed_batch(model, names, self.plan))
        self.report["mixedBatchError"] = error
        if error is None:
            self.fail("mixed batch", reason)
            return
        for static, name in ((False, "dynamic cache"), (True, "static cache")):
            self.measure(
                "decode32Peft",
                name,
                lambda static=static: Loop(model, self.plan, static, names),
                eager,
                torch.inference_mode,
            )

    def fail(self, what, reason):
        print(f"{what}: failed, {reason}", flush=True)
        self.report.setdefault("failures", []).append(f"{what}: {reason}")

    def run(self):
        model, reason = self.guarded("model", lambda: build_model(self.arguments.shape, self.device))
        if model is None:
            self.fail("model", reason)
            return
        self.plan.write_script(model.config.vocab_size)
        self.base(model)
        made, reason = self.guarded(f"{ROWS} adapters", lambda: add_adapters(model, self.device))
        if made is None:
            self.fail(f"{ROWS} adapters", reason)
            return
        adapted, names = made
        self.adapted(adapted, names)
        self.measure(  # last, for it may take all the time that is left
            "decode32",
            "static cache, torch.compile",
            lambda: Loop(adapted.unload(), self.plan, True),
            compiled,
            torch.no_grad,
            COMPILE_SECONDS,
        )


def print_table(report):
    print(f"\n{report['shape']}, bf16, context {report['context']}, {ROWS} rows, ms a step")
    print(f"{'':44} {'configuration':30} {'median':>8} {'q1':>8} {'q3':>8}")
    for entry in report["configurations"]:
        line = f"{NAMES[entry['of']]:44} {entry['name']:30} "
        if "skipped" in entry:
            print(line + "skipped, " + entry["skipped"])
        else:
            sound = "" if entry["sound"] else f"  not counted: logits {entry['fromFirst']:.2f} from the first's"
            print(line + f"{entry['millis']:8.2f} {entry['q1']:8.2f} {entry['q3']:8.2f}{sound}")


def compare(report, arguments):
    """The ratios to ours, which gpu-bench.json has: an array of rows with name and value."""
    rows = {row["name"]: row["value"] for row in json.loads(arguments.ours.read_text())}
    note = " (ours is of another run)" if arguments.other_run else ""
    report["sameRun"] = not arguments.other_run
    for key, goal in GOALS.items():
        theirs, ours = report[f"{key}Millis"], rows[OURS[key]]
        ratio = theirs / ours if theirs else None
        report |= {f"{key}OursMillis": ours, f"{key}Ratio": ratio, f"{key}Goal": goal}
        if ratio is None:
            print(f"{NAMES[key]}: not measured; ours {ours:.2f} ms; goal >= {goal} x")
            continue
        met = "met" if ratio >= goal else "not met"
        print(f"{NAMES[key]}: {theirs:.1f} ms, ours {ours:.2f} ms: {ratio:.1f} x; goal >= {goal} x, {met}{note}")


def run(arguments, out, report, deadline):
    """Returns the exit status: 0 if both numbers were measured."""
    bench = Bench(arguments, out, report, deadline)
    bench.run()
    report["secondsLeft"] = bench.left()
    bench.write()
    print_table(report)
    if arguments.ours and arguments.shape == "llama-2-7b":
        compare(report, arguments)
        bench.write()
    print(f"written: {out}")
    return 0 if report["decode32Millis"] and report["decode32PeftMillis"] else 1
