"""Which alerts are shown to fire by causing their fault, and why the others are not."""

from collections.abc import Callable
from typing import TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., None])
CAUSED: set[str] = set()
# Their rules are tested by promtool only.
NOT_CAUSED = {
    "HostMemoryLow": "a machine that runs other tests must not be brought to its end of memory",
    "HostKillsProcesses": "the same",
    "HostClockNotSet": "the kernel's clock is the same for all that runs here",
    "BudgetUsed": "a cloud service is needed: its figures are told by tests/worker and tests/transcription",
    "VendorKeyRefused": "the same",
    "VendorBalanceNegative": "the same",
    "VendorUnreachable": "the same",
    "VendorKeepsTooLong": "the same",
    "VendorLeftovers": "the same",
    "VendorForeignTranscripts": "the same",
    "VendorNotCompared": "the same",
}


def causes(*alerts: str) -> Callable[[Test], Test]:
    """Say which alerts the test makes fire and clear. It may take minutes: the test's own waits end it."""

    def mark(test: Test) -> Test:
        CAUSED.update(alerts)
        return pytest.mark.timeout(900)(test)

    return mark
