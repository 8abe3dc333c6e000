"""The sandbox's program: gives up its rights, then does one job. Started by `parent`, never by hand."""

import json
import sys
from typing import Any

from scribe.recordings.sandbox import confinement
from scribe.recordings.sandbox.line import Input, JobFailed, Line, Output
from scribe.recordings.sandbox.wire import Failure, Kind, pack


def main(fd: int, memory_bytes: int, cpu_seconds: int) -> None:
    """Confine, then do the one job that the parent sends."""
    line = Line(fd)
    try:
        confinement.die_with_parent()
        has_left = confinement.leave_the_network()
        # Trusted code is loaded while files can still be opened; input is read only after that.
        from scribe.recordings.sandbox import jobs  # noqa: PLC0415

        jobs.warm_up()
        confinement.give_up_rights(memory_bytes=memory_bytes, cpu_seconds=cpu_seconds)
    except (confinement.CannotConfine, OSError, ValueError) as error:
        line.say(Kind.FAILED, payload=pack({"failure": Failure.CONFINEMENT, "reason": str(error)}))
        return
    line.say(Kind.READY, index=int(has_left))
    try:
        job: dict[str, Any] = json.loads(line.hear())
        inputs = [Input(line, index, size) for index, size in enumerate(job["sizes"])]
        result = jobs.JOBS[job["job"]](job, inputs, Output(line), line)
    except MemoryError:
        line.say(Kind.FAILED, payload=pack({"failure": Failure.MEMORY}))
    except JobFailed as error:
        line.say(Kind.FAILED, payload=pack({"failure": error.failure}))
    else:
        line.say(Kind.DONE, payload=pack(result))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
