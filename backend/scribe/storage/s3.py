"""Objects in S3, or in any server that passes the contract's tests. The only file that knows boto3."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, Literal

import boto3
import structlog
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from scribe.core.settings import StorageSettings
from scribe.storage import figures
from scribe.storage.base import ObjectMissing, StoreUnavailable
from scribe.storage.keys import checked

_log = structlog.get_logger()
_PART = 16 * 1024 * 1024
# use_threads: the caller's file is read in order by one thread, so memory stays at about one part.
_TRANSFER = TransferConfig(multipart_threshold=_PART, multipart_chunksize=_PART, use_threads=False)
_MISSING = {"NoSuchKey", "404"}


@dataclass(frozen=True)
class Lock:
    """What is put cannot be deleted for so long (object lock), but by who may bypass it where the mode allows that."""

    mode: Literal["GOVERNANCE", "COMPLIANCE"]
    length: timedelta

    def of_put(self) -> dict[str, Any]:
        """What a put says of it."""
        return {"ObjectLockMode": self.mode, "ObjectLockRetainUntilDate": datetime.now(UTC) + self.length}


class S3Store:
    """A bucket. Every request carries a checksum that the server verifies, has a time limit, and is retried twice."""

    name = "s3"

    def __init__(self, settings: StorageSettings, lock: Lock | None = None) -> None:
        self._bucket, self._lock = settings.s3_bucket, lock
        # Told from the start: an error that comes later is then seen as a rise.
        self._errors = figures.errors_total.labels(self.name)
        key_id, secret = settings.s3_access_key_id, settings.s3_secret_access_key
        self._client = boto3.session.Session().client(
            "s3",
            region_name=settings.s3_region,
            endpoint_url=settings.s3_endpoint_url,
            aws_access_key_id=key_id.get_secret_value() if key_id else None,
            aws_secret_access_key=secret.get_secret_value() if secret else None,
            config=Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"total_max_attempts": 3, "mode": "standard"},
                max_pool_connections=32,
                request_checksum_calculation="when_supported",
                response_checksum_validation="when_supported",
                s3={"addressing_style": "path" if settings.s3_force_path_style else "auto"},
            ),
        )

    def put(self, key: str, body: bytes | BinaryIO) -> None:
        """Store; when this returns, the server has acknowledged the whole object."""
        extra = self._lock.of_put() if self._lock else {}
        with self._refusing():
            if isinstance(body, bytes):
                self._client.put_object(Bucket=self._bucket, Key=checked(key), Body=body, **extra)
                return
            size = body.seek(0, os.SEEK_END)
            body.seek(0)
            self._client.upload_fileobj(body, self._bucket, checked(key), Config=_TRANSFER, ExtraArgs=extra)
        # Servers have been seen to acknowledge a multipart upload and keep less than they were given.
        if self.size(key) != size:
            self._errors.inc()
            raise StoreUnavailable

    def get(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes [start, end) of the object, or `ObjectMissing`."""
        if end is not None and end <= start:
            self.size(key)
            return b""
        wanted = {} if start == 0 and end is None else {"Range": f"bytes={start}-{'' if end is None else end - 1}"}
        with self._refusing():
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=checked(key), **wanted)  # type: ignore[arg-type]
            except ClientError as error:
                if _code(error) in {"InvalidRange", "416"}:
                    return b""
                raise
            return answer["Body"].read()

    def size(self, key: str) -> int:
        """Bytes of the object, or `ObjectMissing`."""
        with self._refusing():
            try:
                return self._client.head_object(Bucket=self._bucket, Key=checked(key))["ContentLength"]
            except ClientError as error:
                # A HEAD has no body: a missing bucket looks like a missing object, and must not be taken for one.
                if _code(error) == "404":
                    self._client.list_objects_v2(Bucket=self._bucket, MaxKeys=1)
                raise

    def delete(self, key: str) -> None:
        """Remove; a missing object is no error."""
        with self._refusing():
            self._client.delete_object(Bucket=self._bucket, Key=checked(key))

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that start with the prefix."""
        with self._refusing():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            for page in pages:
                for entry in page.get("Contents", ()):
                    yield entry["Key"]

    def check(self) -> None:
        """Raise `StoreUnavailable` if a put would fail now."""
        self.put("health/probe", b"probe")

    @contextlib.contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            if _code(error) in _MISSING:
                raise ObjectMissing from error
            self._errors.inc()
            _log.warning("store_refused", store=self.name, reason=_code(error))
            raise StoreUnavailable from error
        except (BotoCoreError, OSError) as error:
            self._errors.inc()
            _log.warning("store_unavailable", store=self.name, reason=type(error).__name__)
            raise StoreUnavailable from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
