from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_prod.proxy.authority import Authority, new_authority
from tests_prod.proxy.serving import Proxy, serving


@pytest.fixture(scope="session")
def authority() -> Authority:
    """An issuer of certificates of the tests' own."""
    return new_authority()


@pytest.fixture
def proxy(authority: Authority, tmp_path: Path) -> Iterator[Proxy]:
    """In front of one backend."""
    with serving(tmp_path, authority) as running:
        yield running


@pytest.fixture
def balancing(authority: Authority, tmp_path: Path) -> Iterator[Proxy]:
    """In front of two."""
    with serving(tmp_path, authority, backends=2) as running:
        yield running
