"""Writes expected.json: what Jinja2 makes of the templates here, set up as transformers sets it up.

    pip install jinja2==3.1.6 && python3 expected.py
"""

import datetime
import json
import pathlib

import jinja2
import jinja2.ext
import jinja2.sandbox

HERE = pathlib.Path(__file__).parent
NOW = datetime.datetime(2025, 3, 7, 9, 5, 2)  # the tests' clock
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}


class Refused(Exception):
    pass


def raise_exception(message):
    raise Refused(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


env = jinja2.sandbox.ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols])
env.filters["tojson"] = tojson
env.globals["raise_exception"] = raise_exception
env.globals["strftime_now"] = lambda form: NOW.strftime(form)


def turn(role, content):
    return {"role": role, "content": content}


CHATS = {
    "one": [turn("user", "  What is 2 + 2?\n")],
    "syntax": [turn("user", "{{ 7*7 }} {% raw %} {# no comment #} {%- if x -%} }} %} {{{ 'q' }}")],
    "system": [turn("system", "Be \"terse\" & kind. "), turn("user", "hi"), turn("assistant", " yes? "), turn("user", "it's é 😀\n\nnew")],
    "turns": [turn("user", "a"), turn("assistant", "b\n"), turn("user", "c"), turn("assistant", "d")],
    "tools": [turn("user", "weather?"), turn("assistant", "let me see"), turn("tool", '{"t": 21}'), turn("tool", "ok <b>"), turn("assistant", "21")],
    "thinking": [turn("user", "q"), turn("assistant", "<think>\nhm, 'x'\n</think>\n\nanswer"), turn("user", "<tool_response>\nr\n</tool_response>"), turn("assistant", "<think>\nagain\n</think>\n\nmore")],
    "not alternating": [turn("user", "a"), turn("user", "b")],
    "system late": [turn("user", "a"), turn("system", "b"), turn("user", "c")],
    "looks like a value": [turn("system", "false"), turn("user", "False"), turn("assistant", "0"), turn("user", "None")],
    "empty": [turn("system", ""), turn("user", "")],
}


def render(template, chat, generate):
    try:
        text = env.from_string(template).render(
            messages=chat, tools=None, documents=None, add_generation_prompt=generate, **TOKENS)
        return {"text": text}
    except Refused as e:
        return {"refused": str(e)}


cases = []
for file in sorted(HERE.glob("*.jinja")):
    for name, chat in CHATS.items():
        for generate in (True, False):
            case = {"template": file.name, "chat": name, "messages": chat, "add_generation_prompt": generate}
            cases.append(case | render(file.read_text(), chat, generate))

PROBE_CHAT = [turn("system", " sys  "), turn("user", 'Hi "q" <b> & é {{ 7*7 }}'), turn("assistant", "<think>\nhmm\n</think>\n\nanswer"), turn("user", "bye")]
for probe in (HERE / "probes.txt").read_text().split("\n----\n"):
    case = {"template": probe, "chat": "probe", "messages": PROBE_CHAT, "add_generation_prompt": True}
    cases.append(case | render(probe, PROBE_CHAT, True))

(HERE / "expected.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")
print(len(cases), "cases")
