"""What every store promises."""

import io
import os
import threading
from collections.abc import Callable

import pytest

from scribe.storage.base import ObjectMissing, ObjectStore

Key = Callable[[str], str]


def test_what_was_put_is_got(store: ObjectStore, key: Key) -> None:
    body = os.urandom(70_000)

    store.put(key("a/b.bin"), body)

    assert store.get(key("a/b.bin")) == body
    assert store.size(key("a/b.bin")) == len(body)


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (5, 9), (99, 100), (3, None), (0, 100), (50, 500), (100, 101), (7, 7)]
)
def test_a_range_is_cut_as_a_slice_is(store: ObjectStore, key: Key, start: int, end: int | None) -> None:
    body = bytes(range(100))
    store.put(key("range"), body)

    assert store.get(key("range"), start, end) == body[start:end]


def test_putting_again_replaces(store: ObjectStore, key: Key) -> None:
    store.put(key("twice"), b"first, and longer")
    store.put(key("twice"), b"second")

    assert store.get(key("twice")) == b"second"


def test_an_empty_object_is_an_object(store: ObjectStore, key: Key) -> None:
    store.put(key("empty"), b"")

    assert (store.get(key("empty")), store.size(key("empty"))) == (b"", 0)


def test_a_missing_object_is_named_so(store: ObjectStore, key: Key) -> None:
    for read in (store.get, store.size, lambda name: store.get(name, 2, 1)):
        with pytest.raises(ObjectMissing):
            read(key("none"))


def test_deleting_removes_and_may_be_repeated(store: ObjectStore, key: Key) -> None:
    store.put(key("gone"), b"x")

    store.delete(key("gone"))
    store.delete(key("gone"))

    with pytest.raises(ObjectMissing):
        store.get(key("gone"))


def test_keys_are_listed_by_prefix(store: ObjectStore, key: Key) -> None:
    names = [key("list/a"), key("list/b/c"), key("list/b/d"), key("other")]
    for name in names:
        store.put(name, b"x")

    assert sorted(store.keys(key("list/"))) == names[:3]
    assert sorted(store.keys(key("list/b"))) == names[1:3]
    assert list(store.keys(key("nothing/"))) == []


def test_a_large_file_is_stored_whole(store: ObjectStore, key: Key) -> None:
    body = os.urandom(1024 * 1024) * 40

    store.put(key("large"), io.BytesIO(body))

    assert store.size(key("large")) == len(body)
    assert store.get(key("large"), 17_000_000, 17_000_100) == body[17_000_000:17_000_100]


def test_a_small_file_is_stored_whole(store: ObjectStore, key: Key) -> None:
    store.put(key("small"), io.BytesIO(b"small"))

    assert store.get(key("small")) == b"small"


@pytest.mark.parametrize(
    "bad",
    ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/./b", "a/", "A", "a\\b", "a b", "a\x00", ".part-1", "x" * 600],
)
def test_a_key_that_is_not_one_is_refused(store: ObjectStore, bad: str) -> None:
    for use in (store.get, store.size, store.delete, lambda name: store.put(name, b"x")):
        with pytest.raises(ValueError, match="not an object key"):
            use(bad)


def test_readers_never_see_half_an_object(store: ObjectStore, key: Key) -> None:
    bodies = [bytes([n]) * 200_000 for n in range(4)]
    store.put(key("raced"), bodies[0])
    writers = [threading.Thread(target=store.put, args=(key("raced"), body)) for body in bodies]

    for writer in writers:
        writer.start()
    seen = [store.get(key("raced")) for _ in range(20)]
    for writer in writers:
        writer.join()

    assert set(seen) <= set(bodies)


def test_a_working_store_checks_well(store: ObjectStore) -> None:
    store.check()
