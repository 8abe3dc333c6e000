"""What a worker does beside the pipeline's stages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scribe.transcription.care import Care


@dataclass(frozen=True)
class Chores:
    """Tasks by name, which of them come by the clock (cron, UTC), and the sweep's part about vendors."""

    tasks: Mapping[str, Callable[..., None]] = field(default_factory=dict)
    periodic: Mapping[str, str] = field(default_factory=dict)
    care: Care | None = None
