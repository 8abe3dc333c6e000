"""Backups in a real S3 server: the whole way there and back, and what nobody can delete."""

from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError
from pydantic import SecretStr

from scribe.cli.ops.backups import restoring, rounds, sets, verifying
from scribe.cli.ops.backups.rounds import Backups
from scribe.storage.filesystem import FilesystemStore
from tests.backups.source import Source, backups_of, receiving, rows, settings_of, wait_for_log
from tests.storage.conftest import ACCESS_KEY, SECRET_KEY, Seaweed, seaweed

__all__ = ["seaweed"]


@pytest.fixture
def client(seaweed: Seaweed):
    settings = seaweed.settings()
    return boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )


@pytest.fixture
def locked(source: Source, seaweed: Seaweed, client) -> Backups:
    """Backups in a bucket with object lock."""
    client.create_bucket(Bucket="backups", ObjectLockEnabledForBucket=True)
    settings = settings_of(
        source,
        "s3://backups/one-clinic",
        backup_s3_endpoint_url=seaweed.settings().s3_endpoint_url,
        backup_s3_access_key_id=SecretStr(ACCESS_KEY),
        backup_s3_secret_access_key=SecretStr(SECRET_KEY),
        backup_s3_force_path_style=True,
        backup_s3_lock="compliance",
    )
    return backups_of(source, settings)


def test_there_and_back_by_s3_and_what_is_kept_cannot_be_deleted(
    source: Source, locked: Backups, client, place: Path
) -> None:
    with receiving(locked):
        locked.copy_objects()
        locked.copy_database("full")
        source.query("CREATE TABLE by_s3 AS SELECT generate_series(1, 50) AS n")
        locked.copy_database("incremental")
        source.query("INSERT INTO by_s3 VALUES (51)")
        moment = source.now()
        source.query("INSERT INTO by_s3 VALUES (52)")
        wait_for_log(locked.repository, source.now())

    found = verifying.verify(locked.repository, locked.ours, {}, every_set=True)
    restoring.database(locked.repository, place / "data", moment)
    count = restoring.audio(locked.repository, moment, FilesystemStore(place / "objects"))

    assert [told for told in found.problems if "bundle" not in told] == []
    assert rows(place / "data", "by_s3") == list(range(1, 52))
    assert count == len(list(source.store.keys("clinics/")))

    [full, _] = sets.all_of(locked.repository)
    names = {f"one-clinic/{full.parts[0].name}", *(f"one-clinic/{n}" for n in locked.repository.names("objects/"))}
    versions = client.list_object_versions(Bucket="backups")["Versions"]
    kept = [each for each in versions if each["Key"] in names]
    assert len(kept) == len(names)
    for each in kept:
        with pytest.raises(ClientError, match=r"AccessDenied|WORM|locked|InvalidRequest"):
            client.delete_object(Bucket="backups", Key=each["Key"], VersionId=each["VersionId"])


def test_the_store_comes_back_after_kill_9_and_the_log_has_no_hole(source: Source, seaweed: Seaweed, client) -> None:
    client.create_bucket(Bucket="plain")
    settings = settings_of(
        source,
        "s3://plain",
        backup_s3_endpoint_url=seaweed.settings().s3_endpoint_url,
        backup_s3_access_key_id=SecretStr(ACCESS_KEY),
        backup_s3_secret_access_key=SecretStr(SECRET_KEY),
        backup_s3_force_path_style=True,
    )
    backups = backups_of(source, settings)
    with receiving(backups):
        backups.copy_database("full")
        seaweed.kill()
        source.query("CREATE TABLE while_down AS SELECT generate_series(1, 200000) AS n")
        seaweed.start()
        wait_for_log(backups.repository, source.now())
    rounds.once(backups, "incremental")

    found = verifying.verify(backups.repository, backups.ours, {}, every_set=True)

    assert [told for told in found.problems if "bundle" not in told] == []
