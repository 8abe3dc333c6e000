"""Projects: each key is one, and sees only its own."""

from dataclasses import dataclass

from aiohttp import web

from tests.emulators.assemblyai.answers import UNAUTHORIZED, Refused

DEFAULT_KEY = "emulator-key"


@dataclass
class Project:
    """What a key opens. Two keys may belong to one account, as two projects of it."""

    key: str
    account: str
    balance: float = 10.0

    @property
    def is_broke(self) -> bool:
        """Whether the vendor refuses work until money comes."""
        return self.balance < 0


class Keys:
    """The keys that are good, and their projects."""

    def __init__(self, keys: list[str]) -> None:
        self._projects = {key: Project(key, account=key) for key in keys or [DEFAULT_KEY]}

    def put(self, key: str, *, account: str | None = None, balance: float | None = None) -> Project:
        """Make a key, or change what it stands for."""
        project = self._projects.setdefault(key, Project(key, account=account or key))
        project.account = account or project.account
        project.balance = project.balance if balance is None else balance
        return project

    def revoke(self, key: str) -> None:
        """The key is good no more."""
        self._projects.pop(key, None)

    def all(self) -> list[Project]:
        """Every project."""
        return list(self._projects.values())

    def find(self, value: str | None) -> Project | None:
        """The project of a header's value. The speech API wants the raw key: "Bearer ..." is no key."""
        return self._projects.get(value or "")

    def of(self, request: web.Request) -> Project:
        """The caller's project, or 401."""
        project = self.find(request.headers.get("authorization"))
        if project is None:
            raise Refused(401, UNAUTHORIZED)
        return project
