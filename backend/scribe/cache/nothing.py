"""Where there is no Redis."""


class KeepsNothing:
    """Forgets at once."""

    def get(self, _key: str) -> None:
        """Nothing."""

    def put(self, _key: str, _value: bytes) -> None:
        """Too late already."""
