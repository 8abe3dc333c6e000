"""Every migration: there, back and there again; and the version before works on with it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.migrations.planted import ALL, plant
from tests.migrations.steps import Catalogue, Moment, Steps, statements, taken

CONCURRENTLY = (
    "with op.get_context().autocommit_block():"
    ' op.create_index("ix_new", "utterances", ["role"], postgresql_concurrently=True)'
)


@dataclass(frozen=True)
class Step:
    before: Moment
    after: Moment
    undone: Catalogue
    again: Catalogue
    heard: list[str]


@pytest.fixture(scope="module")
def walked(empty: Steps) -> dict[str, Step]:
    """What each migration did, from the first to the last."""
    steps, found = empty, {}
    before, last = steps.moment(), "base"
    for revision in steps.revisions:
        with statements() as heard:
            steps.up(revision)
        after = steps.moment()
        steps.down(last)
        undone = steps.catalogue()
        steps.up(revision)
        now = steps.moment()
        found[revision] = Step(before, after, undone, now.catalogue, heard)
        before, last = now, revision
    return found


@pytest.mark.parametrize("revision", ALL)
def test_a_migration_is_taken_back_without_a_trace_and_made_again(walked: dict[str, Step], revision: str) -> None:
    step = walked[revision]

    assert step.after.catalogue != step.before.catalogue
    assert step.undone == step.before.catalogue
    assert step.again == step.after.catalogue


@pytest.mark.parametrize("revision", ALL)
def test_a_migration_takes_nothing_from_the_version_before_unless_it_says_why(
    walked: dict[str, Step], empty: Steps, revision: str
) -> None:
    step = walked[revision]

    found = taken(step.before, step.after, step.heard)

    # CONTRACTS = "why the version before does not mind": in the migration's file, and nowhere without need.
    assert bool(found) is bool(getattr(empty.module(revision), "CONTRACTS", "")), found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('op.drop_column("patients", "gender")', "column patients.gender is gone"),
        ('op.alter_column("patients", "gender", new_column_name="sex")', "column patients.gender is gone"),
        ('op.alter_column("utterances", "speaker", type_=sa.Text())', "column utterances.speaker is changed"),
        (
            'op.add_column("patients", sa.Column("town", sa.Text(), nullable=False))',
            "column patients.town must be given",
        ),
        ('op.execute("ALTER TABLE utterances ADD COLUMN at timestamptz DEFAULT clock_timestamp()")', "written anew"),
        ('op.create_index("ix_new", "utterances", ["role"])', "an index of utterances is made while nobody may write"),
        ('op.create_index("ix_new", "utterances", ["role"], unique=True)', "utterances refuses what was allowed"),
        ('op.create_check_constraint("new", "patients", "length(gender) < 9")', "refuses what was allowed"),
        ('op.execute("REVOKE UPDATE ON patients FROM scribe_app")', "table privilege patients UPDATE is gone"),
        ('op.drop_table("live_follows")', "column live_follows.captioned_ms is gone"),
    ],
)
def test_a_migration_that_takes_something_is_noticed(steps: Steps, tmp_path: Path, change: str, said: str) -> None:
    before = steps.moment()
    steps.more = tmp_path
    plant(tmp_path, change)

    with statements() as heard:
        steps.up()

    assert any(said in reason for reason in taken(before, steps.moment(), heard))


@pytest.mark.parametrize(
    "change",
    [
        'op.add_column("patients", sa.Column("town", sa.Text()))',
        'op.add_column("patients", sa.Column("towns", sa.Integer(), server_default="1", nullable=False))',
        'op.create_table("towns", sa.Column("name", sa.Text(), primary_key=True))',
        CONCURRENTLY,
    ],
)
def test_a_migration_that_only_adds_is_let_through(steps: Steps, tmp_path: Path, change: str) -> None:
    before = steps.moment()
    steps.more = tmp_path
    plant(tmp_path, change)

    with statements() as heard:
        steps.up()

    assert steps.moment() != before
    assert taken(before, steps.moment(), heard) == []
