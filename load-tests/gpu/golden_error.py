"""How far transformers + PEFT in bf16 are from the golden cases, by the measure that the engine's tests use.

A case's prompt goes in one piece, then one token after the other, greedily, as long as the tokens are the
golden ones. The error of its logits is that of the golden top ten and of the log-sum-exp at the end of the
prompt (GoldenRun, Oracle); the error of a run is the largest of all cases.
"""

import json
from dataclasses import dataclass

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, DynamicCache


@dataclass
class Run:
    """What came of one case. turned_at: golden gap of the two best logits where another token came."""

    logit_error: float = 0.0
    logprob_error: float = 0.0
    turned_at: float | None = None


def load_base(arguments):
    dtype = getattr(torch, arguments.dtype)
    model = AutoModelForCausalLM.from_pretrained(arguments.model / "base", dtype=dtype)
    return model.to(arguments.device).eval()


def load_adapters(base, folder, names):
    """Adapters stay in the format of the base: PEFT would make them fp32, which is no bf16 then."""
    model = PeftModel.from_pretrained(
        base, folder / names[0], adapter_name=names[0], autocast_adapter_dtype=False
    )
    for name in names[1:]:
        model.load_adapter(folder / name, adapter_name=name, autocast_adapter_dtype=False)
    types = {parameter.dtype for parameter in model.parameters()}
    if types != {base.dtype}:
        raise SystemExit(f"parameters are of {types}; {base.dtype} alone is wanted")
    return model.eval()


def run_case(model, case, device):
    result = Run()
    cache = DynamicCache(config=model.config.get_text_config())
    ids = torch.tensor([case["prompt_ids"]], device=device)
    for index, golden_id in enumerate(case["greedy_ids"]):
        output = model(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
        logits = output.logits[0, -1].double().cpu()
        logsumexp = logits.logsumexp(0)
        if index == 0:
            top = torch.tensor(case["top_logits"], dtype=torch.float64)
            error = (logits[case["top_ids"]] - top).abs().max()
            result.logit_error = max(error.item(), abs(logsumexp.item() - case["logsumexp"]))
        best = logits.argmax().item()
        if best != golden_id:
            result.turned_at = case["greedy_gaps"][index]
            break
        logprob = (logits[best] - logsumexp).item()
        result.logprob_error = max(result.logprob_error, abs(logprob - case["greedy_logprobs"][index]))
        ids = torch.tensor([[best]], device=device)
    return result


def run_all(arguments, cases):
    base = load_base(arguments)
    runs = [run_case(base, case, arguments.device) for case in cases if case["adapter"] is None]
    adapted = [case for case in cases if case["adapter"] is not None]
    names = sorted({case["adapter"] for case in adapted})
    model = load_adapters(base, arguments.model / "adapters", names)
    for case in adapted:
        model.set_adapter(case["adapter"])
        runs.append(run_case(model, case, arguments.device))
    return runs


def run(arguments, out, report):
    cases = json.loads(arguments.golden.read_text())
    with torch.inference_mode():
        runs = run_all(arguments, cases)
    error = max(run.logit_error for run in runs)
    turned = [run.turned_at for run in runs if run.turned_at is not None]
    name = "bf16" if arguments.dtype == "bfloat16" else arguments.dtype
    report |= {
        f"{name}LogitError": error,
        f"{name}LogprobError": max(run.logprob_error for run in runs),
        "cases": len(runs),
        "otherTokens": len(turned),
        "otherTokensLargestGap": max(turned, default=0.0),
        "device": arguments.device,
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report, indent=2) + "\n")
    print(f"transformers in {name}: logits within {error:.3g} of the golden ones, {len(runs)} cases")
    print(
        f"transformers in {name}: another token than the golden one in {len(turned)} cases,"
        f" where the two best golden logits are {max(turned, default=0.0):.3g} apart at most"
    )
    print(f"written: {out}")
