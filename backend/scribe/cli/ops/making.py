"""What `scribe ops init` writes, and what it refuses to."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from scribe.cli.ops import certificates, env_file, secrets
from scribe.cli.ops.certificates import Pair
from scribe.core.clock import SystemClock


class Refused(Exception):
    """Nothing was written; the text says why."""


@dataclass(frozen=True)
class Answers:
    """What the operator said: values of .env, secrets, the certificate."""

    values: Mapping[str, str]
    secrets: Mapping[str, str]
    pair: Pair | None
    host: str
    # What of docker-compose.prod.yml runs beside the rest: acme, seaweedfs.
    profiles: frozenset[str]
    new_root_key: bool


def must_be_the_place(directory: Path) -> None:
    """Refuse a directory that has no Scribe to make settings for."""
    for name in ("docker-compose.prod.yml", ".env.example"):
        if not (directory / name).is_file():
            raise Refused(f"{directory.resolve()} has no {name}. Run this where Scribe was unpacked.")


def is_begun(directory: Path) -> bool:
    """Whether .env is there already."""
    return (directory / ".env").exists()


def value_of(directory: Path, name: str) -> str | None:
    """The value in .env, where there is one."""
    return env_file.read(directory / ".env").get(name) if is_begun(directory) else None


def profiles_of(directory: Path) -> frozenset[str]:
    """What else is to run, as .env says."""
    return env_file.profiles(env_file.read(directory / ".env")) if is_begun(directory) else frozenset()


def as_url(text: str) -> str:
    """The address as PUBLIC_URL has it; https:// may be left out."""
    url = text if "://" in text else f"https://{text}"
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query:
        raise Refused(f"{text} is no address such as https://scribe.example.org (https, and no path).")
    return f"https://{parts.netloc}"


def pair_of(certificate: str | None, key: Path | None, host: str) -> Pair | None:
    """The given certificate and key, if they fit each other and the host; None where none was given."""
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise Refused("A certificate needs its key, and a key its certificate: give both or neither.")
    try:
        pair = Pair(Path(certificate).read_text(), key.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"The certificate or its key cannot be read ({error}).") from error
    if found := list(certificates.faults(pair, host, SystemClock().now())):
        raise Refused("\n".join(found))
    return pair


def make(directory: Path, answers: Answers) -> tuple[list[str], list[str]]:
    """Write what is missing; gives the names of what was made and of what was kept."""
    where = directory / "secrets"
    env = _env(directory, answers)
    _must_not_lose_the_root_key(where, answers)
    texts = _texts(where, answers)
    where.mkdir(mode=0o700, exist_ok=True)
    _give(where, directory)
    if "acme" in answers.profiles:
        (where / secrets.ACME).mkdir(mode=0o700, exist_ok=True)
        os.chown(where / secrets.ACME, secrets.NGINX, secrets.NGINX)
    made = []
    for name, text in texts.items():
        secrets.write(where, name, text)
        made.append(f"secrets/{name}")
    kept = [f"secrets/{each.name}" for each in secrets.FILES if each.name not in texts]
    # Last: where it exists, all else does.
    if env is None:
        kept.append(".env")
    else:
        handle = os.open(directory / ".env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(env)
        _give(directory / ".env", directory)
        made.append(".env")
    return made, kept


def _env(directory: Path, answers: Answers) -> str | None:
    if not is_begun(directory):
        return env_file.filled((directory / ".env.example").read_text(), answers.values)
    has = env_file.read(directory / ".env")
    if other := sorted(name for name, value in answers.values.items() if has.get(name) != value):
        raise Refused(f".env exists and says something else of {', '.join(other)}. Edit it, or move it away.")
    return None


def _must_not_lose_the_root_key(where: Path, answers: Answers) -> None:
    others = [each.name for each in secrets.FILES if (where / each.name).exists() and each.name != secrets.ROOT_KEY]
    if others and not (where / secrets.ROOT_KEY).exists() and not answers.new_root_key:
        raise Refused(
            "secrets/root_key is gone, and other secrets are there. Bring it back from where you keep it: with another"
            " one, nothing that was recorded can be read. If nothing ever was: --new-root-key."
        )


def _texts(where: Path, answers: Answers) -> dict[str, str]:
    """The text of each file that is missing."""
    given = dict(answers.secrets)
    has_certificate = (where / secrets.CERTIFICATE).exists()
    if has_certificate != (where / secrets.CERTIFICATE_KEY).exists():
        raise Refused("secrets/ has a certificate without its key, or a key without its certificate. Move it away.")
    if not has_certificate:
        pair = answers.pair or certificates.self_signed(answers.host, SystemClock().now())
        given |= {secrets.CERTIFICATE: pair.chain, secrets.CERTIFICATE_KEY: pair.key}
    elif answers.pair is not None:
        raise Refused("secrets/ has a certificate already. docs/operations/install.md says how to replace it.")
    texts: dict[str, str] = {}
    known: dict[str, str] = {}
    for each in secrets.FILES:
        found = secrets.text_of(where, each.name)
        if found is not None and answers.secrets.get(each.name, found) != found:
            raise Refused(f"secrets/{each.name} exists and says something else. Edit it, or move it away.")
        if found is None:
            make_own = secrets.OF_OWN_STORE.get(each.name) if "seaweedfs" in answers.profiles else None
            found = texts[each.name] = given.get(each.name) or (make_own or each.make)(known)
        known[each.name] = found
    return texts


def _give(path: Path, like: Path) -> None:
    """To whoever owns the directory: they run Docker Compose."""
    owner = like.stat()
    os.chown(path, owner.st_uid, owner.st_gid)
