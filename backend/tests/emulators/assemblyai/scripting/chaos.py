"""Random faults at given rates, the same ones for the same seed and order of calls."""

import random
from collections import Counter, defaultdict
from typing import Any

# Scene to rate, by kind. None of these needs a client's time-out to be noticed, so that a storm of jobs is over soon.
RATES: dict[str, dict[str, float]] = {
    "upload": {"rate_limited": 0.03, "server_error": 0.03, "unavailable_html": 0.02, "reset_mid_upload": 0.03},
    "submit": {
        "rate_limited_bare": 0.03,
        "server_error": 0.02,
        "done_but_reset": 0.03,
        "done_but_500": 0.03,
        "job_server_error": 0.03,
        "job_throttled": 0.03,
    },
    "get": {"rate_limited": 0.02, "gateway_timeout": 0.02, "html_200": 0.02, "empty_200": 0.01, "reset": 0.02},
    "list": {"unavailable": 0.05, "reset": 0.03},
    "delete": {"server_error": 0.05, "rate_limited": 0.02, "done_but_reset": 0.03},
    "webhook": {
        "webhook_lost": 0.1,
        "webhook_twice": 0.1,
        "webhook_early": 0.05,
        "webhook_forged_first": 0.05,
        "webhook_without_auth": 0.03,
        "webhook_unknown_id": 0.03,
        "webhook_of_error": 0.03,
    },
}


class Chaos:
    """Draws a scene, or none, for each call that no rule is due for."""

    def __init__(self, seed: int | str, rates: dict[str, dict[str, float]]) -> None:
        self._seed, self.rates = seed, rates
        self._calls: Counter[str] = Counter()
        self._played: dict[str, Counter[str]] = defaultdict(Counter)

    def scene(self, kind: str) -> str | None:
        """The n-th call of a kind has its own luck, whatever happens to the other kinds."""
        self._calls[kind] += 1
        # Not for secrets: a seed that gives the same faults again is what is wanted.
        luck = random.Random(f"{self._seed}/{kind}/{self._calls[kind]}").random()
        for scene, rate in self.rates.get(kind, {}).items():
            if luck < rate:
                self._played[kind][scene] += 1
                return scene
            luck -= rate
        return None

    def shown(self) -> dict[str, Any]:
        """As JSON, with what was played."""
        return {
            "seed": self._seed,
            "rates": self.rates,
            "calls": dict(self._calls),
            "played": {kind: dict(scenes) for kind, scenes in self._played.items()},
        }
