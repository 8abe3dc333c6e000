"""Rules: which call of a kind is played how."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.assemblyai.gateway.drafting import BEHAVIOURS
from tests.emulators.assemblyai.prerecorded.jobs import Life
from tests.emulators.assemblyai.scripting.chaos import RATES, Chaos
from tests.emulators.assemblyai.scripting.scenes import SCENES

KINDS = (
    "upload submit get delete list export webhook stream token chat understanding models".split()  # one per verb
)
# Kinds that answer over HTTP; "any" means all of these.
_HTTP = {"answer", "hang", "reset", "delay_s", "effect", "after_bytes"}
_OWN = {
    "submit": {"job"},
    "webhook": {"deliveries", "early"},
    "chat": {"behave", "content"},
    "stream": {
        "http", "begin_after_s", "no_begin", "error", "drop", "at_ms", "no_termination", "malformed_turn",
        "double_turns", "empty_final_turn", "ahead_s", "warning", "stall",
    },
}  # fmt: skip
# What a webhook's delivery may be told.
DELIVERY = {"auth", "transcript_id", "status", "body", "delay_s", "after"}


class NotARule(ValueError):
    """What was sent is no rule; the text says why. A rule with a slip of the pen must not pass for one that is due."""


@dataclass
class Rule:
    """`do` for calls of kind `on` that `match`: the `nth` ones, or the first `times` (none: for ever)."""

    on: tuple[str, ...]
    do: dict[str, Any]
    match: dict[str, Any] = field(default_factory=dict)
    nth: tuple[int, ...] = ()
    times: int | None = 1
    seen: int = 0
    played: int = 0

    def offer(self, kind: str, facts: dict[str, Any], *, taken: bool) -> bool:
        """Count the call if it matches, and say whether it is this rule's. A call that is `taken` is only counted."""
        if kind not in self.on or not matches(self.match, facts):
            return False
        self.seen += 1
        due = self.seen in self.nth if self.nth else self.times is None or self.played < self.times
        if taken or not due:
            return False
        self.played += 1
        return True

    def shown(self) -> dict[str, Any]:
        """As JSON, with its counts."""
        return {
            "on": list(self.on),
            "match": self.match,
            "nth": list(self.nth),
            "times": self.times,
            "do": self.do,
            "seen": self.seen,
            "played": self.played,
        }


def matches(wanted: Any, actual: Any) -> bool:
    """Whether the actual value has all that is wanted; a string that begins with "~" is a pattern to search for."""
    if isinstance(wanted, dict):
        return isinstance(actual, dict) and all(matches(value, actual.get(key)) for key, value in wanted.items())
    if isinstance(wanted, str) and wanted.startswith("~"):
        return isinstance(actual, str) and re.search(wanted[1:], actual) is not None
    return bool(wanted == actual)


def parse(given: dict[str, Any]) -> Rule:
    """A rule from JSON; raises `NotARule`."""
    strange = set(given) - {"on", "do", "match", "nth", "times"}
    if strange or "on" not in given or "do" not in given:
        raise NotARule(f'a rule has "on" and "do", and may have match, nth, times; not {sorted(strange)}')
    kinds = given["on"] if isinstance(given["on"], list) else [given["on"]]
    if "any" in kinds:
        kinds = [kind for kind in KINDS if kind not in {"webhook", "stream"}]
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise NotARule(f'"on" is one of {", ".join([*KINDS, "any"])}; not {unknown}')
    nth = given.get("nth", ())
    return Rule(
        on=tuple(kinds),
        do=deed(given["do"], kinds),
        match=dict(given.get("match") or {}),
        nth=tuple(nth) if isinstance(nth, list | tuple) else (int(nth),),
        times=given.get("times", 1),
    )


def deed(given: dict[str, Any] | str, kinds: list[str]) -> dict[str, Any]:
    """What to do: keys, or the name of a scene, or {"play": name, ...keys}."""
    given = {"play": given} if isinstance(given, str) else dict(given)
    scene = given.pop("play", None)
    if scene is not None and scene not in SCENES:
        raise NotARule(f"no scene {scene!r}; there are {', '.join(sorted(SCENES))}")
    do = {**SCENES.get(scene, {}), **given}
    for kind in kinds:
        allowed = _OWN.get(kind, set()) | (set() if kind in {"webhook", "stream"} else _HTTP)
        strange = set(do) - allowed
        if strange:
            raise NotARule(f"{kind} cannot do {sorted(strange)}; it can do {sorted(allowed)}")
    for delivery in do.get("deliveries", ()):
        if set(delivery) - DELIVERY:
            raise NotARule(f"a delivery has {sorted(DELIVERY)}; not {sorted(set(delivery) - DELIVERY)}")
    if do.get("behave", "faithful") not in BEHAVIOURS:
        raise NotARule(f"no model behaves {do['behave']!r}; there are {', '.join(BEHAVIOURS)}")
    if "job" in do:
        # Raises TypeError where the life has a field that lives do not have.
        Life(**do["job"])
    return do


def chaos(given: dict[str, Any]) -> Chaos:
    """From {"seed": 7, "rates": {kind: {scene: rate}}}; raises `NotARule`. Without rates: those of `chaos.RATES`."""
    rates = given.get("rates") or RATES
    for kind, scenes in rates.items():
        if kind not in KINDS:
            raise NotARule(f"no kind {kind!r}; there are {', '.join(KINDS)}")
        for scene in scenes:
            deed(scene, [kind])
    return Chaos(given["seed"], rates)


class Script:
    """The rules, in order: the first that is due plays, and the others only count. Else chaos, if there is any."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.chaos: Chaos | None = None

    def due(self, kind: str, facts: dict[str, Any]) -> dict[str, Any] | None:
        """What is to be done with this call, if anything."""
        found: dict[str, Any] | None = None
        for rule in self.rules:
            if rule.offer(kind, facts, taken=found is not None):
                found = rule.do
        if found is None and self.chaos is not None:
            scene = self.chaos.scene(kind)
            found = SCENES[scene] if scene else None
        return found
