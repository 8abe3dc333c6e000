"""Profile `seaweedfs`: a site whose audio is in a store of its own server."""

from collections.abc import Iterator

import pytest

from scribe.cli.embedded.sample import AUDIO, Client, make_sample
from scribe.core.ids import new_id
from tests_prod.compose.engine import Engine
from tests_prod.compose.production import Production, standing

pytestmark = pytest.mark.timeout(2400)
# Asked by Scribe's own image, with the keys that Scribe has.
_LIST = (
    "from scribe.core.settings import load; from scribe.storage.factory import make_store;"
    " store = make_store(load().storage); assert store.name == 's3';"
    " print(*(f'{key} {store.size(key)}' for key in store.keys('')), sep='\\n')"
)


@pytest.fixture(scope="module")
def site(engine: Engine) -> Iterator[Production]:
    """A second site, beside the first."""
    with standing(engine, "seaweedfs", "scribe-own-store") as site:
        yield site


def test_preflight_agrees(site: Production) -> None:
    assert "WRONG" not in site.ops("preflight")


def test_the_store_can_do_nothing_that_it_need_not_and_only_its_s3_side_listens_to_others(site: Production) -> None:
    (found,) = site.containers("seaweedfs")
    assert found["Config"]["User"] == "10001:10001"
    assert found["HostConfig"]["ReadonlyRootfs"]
    assert list(found["NetworkSettings"]["Networks"]) == ["scribe-own-store_inside"]
    assert not [each for each in (found["NetworkSettings"]["Ports"] or {}).values() if each]
    ask = "import socket, sys; sys.exit(socket.socket().connect_ex(('seaweedfs', int(sys.argv[1]))))"
    assert site.within("backend", "python", "-c", ask, "8333") == ""
    for port in ("9333", "8080", "8888", "19333", "18080", "18888"):
        with pytest.raises(AssertionError):
            site.within("backend", "python", "-c", ask, port)


def test_a_recording_is_drafted_and_its_chunks_are_in_the_store_and_stay_there(site: Production) -> None:
    doctor = site.clinic()
    consultation = make_sample(site.url, doctor, new_id(), seconds=900)
    note = Client(site.url, doctor).call("GET", f"/api/consultations/{consultation}/note")
    assert [section for section in note["sections"] if section["sentences"]]

    kept = dict(line.split() for line in site.within("backend", "python", "-c", _LIST).splitlines())
    sizes = [int(size) for key, size in kept.items() if "probe" not in key]
    assert sum(sizes) > AUDIO.stat().st_size
    assert site.within("seaweedfs", "sh", "-c", "ls /var/lib/scribe/seaweedfs/scribe-audio_*.dat")

    site.kill("seaweedfs")
    site.wait_until_restarted("seaweedfs", 0)
    after = dict(line.split() for line in site.within("backend", "python", "-c", _LIST).splitlines())
    assert kept.items() <= after.items()
