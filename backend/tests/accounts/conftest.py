import pytest

from scribe.accounts import endpoints


@pytest.fixture(autouse=True)
def _refuse_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused sign-in takes a fixed time otherwise."""
    monkeypatch.setattr(endpoints, "REFUSAL_SECONDS", 0)
