"""What a restored server does next, and what a restore does where the log is quiet."""

import contextlib
from dataclasses import replace
from pathlib import Path

from scribe.cli.embedded.postgres import DATABASE
from scribe.cli.ops.backups import making, restoring
from scribe.cli.ops.backups.recovery import RecoveryServer
from scribe.cli.ops.backups.rounds import Backups
from scribe.cli.ops.backups.server import Server
from tests.backups.source import Source, receiving, rows, wait_for_log


class _ServerOnSocket(Server):
    """A recovery server as one that is backed up."""

    def __init__(self, server: RecoveryServer) -> None:
        super().__init__(f"postgresql://postgres@localhost/{DATABASE}")
        self._fields["host"] = str(server._sockets)


def test_a_moment_after_the_last_change_is_the_state_of_the_last_change(
    source: Source, backups: Backups, place: Path
) -> None:
    with receiving(backups):
        backups.copy_database("full")
        source.query("CREATE TABLE quiet AS SELECT 7 AS n")
        moment = source.now()
        wait_for_log(backups.repository, moment)

    restoring.database(backups.repository, place / "data", moment)

    assert rows(place / "data", "quiet") == [7]


def test_a_restored_server_goes_on_with_backups_in_the_same_repository(
    source: Source, backups: Backups, place: Path
) -> None:
    with receiving(backups):
        backups.copy_database("full")
        source.query("CREATE TABLE before_it AS SELECT 1 AS n")
        wait_for_log(backups.repository, source.now())
    restoring.database(backups.repository, place / "first", None)

    with RecoveryServer(place / "first") as server:
        (server._place / "hba.conf").write_text("local all all trust\nlocal replication all trust\n")
        server.start()
        again = _ServerOnSocket(server)
        with receiving(replace(backups, server=again)), again.only_maker():
            made = making.make(again, backups.repository, "incremental")
            with contextlib.closing(server.connect(DATABASE)) as connection:
                connection.cursor().execute("CREATE TABLE after_it AS SELECT 2 AS n")
            wait_for_log(backups.repository, again.now())
    restoring.database(backups.repository, place / "second", None)

    assert (made.kind, made.timeline) == ("full", 2)
    assert rows(place / "second", "after_it") == [2]
