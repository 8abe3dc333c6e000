"""What passes through nginx to the API: as it comes, from whom it comes, no more than is good, and to who answers."""

import threading

import pytest

from tests.waiting import wait_until
from tests_prod.proxy.serving import CHUNK, STREAM, Proxy

MEGABYTE = 2**20


def _head(method: str, path: str, length: int = 0) -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n".encode()


def test_a_hint_arrives_before_the_stream_goes_on(proxy: Proxy) -> None:
    with proxy.connected() as connection:
        connection.sendall(_head("GET", STREAM))
        answer = b""
        while b"data: first" not in answer:
            answer += (part := connection.recv(4096))
            assert part, answer

        assert b"data: second" not in answer
        proxy.backends[0].second_hint.set()
        while part := connection.recv(4096):
            answer += part
            if b"data: second" in answer:
                break
    assert b"data: second" in answer


def test_a_chunk_goes_on_to_the_api_while_it_still_comes(proxy: Proxy) -> None:
    with proxy.connected() as connection:
        connection.sendall(_head("PUT", CHUNK, 2 * MEGABYTE) + b"x" * MEGABYTE)
        # The other half is still in the browser.
        wait_until(lambda: len(proxy.backends[0].arrived) > MEGABYTE // 2, "the first half")
        connection.sendall(b"x" * MEGABYTE)

        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    assert len(proxy.backends[0].arrived) == 2 * MEGABYTE


def test_the_api_is_told_who_asks_and_nothing_that_they_claim(proxy: Proxy) -> None:
    told = proxy.ask("/api/me", X_Forwarded_For="198.51.100.1", X_Forwarded_Proto="http", X_Request_ID="mine").told

    assert told["x-forwarded-for"] == "127.0.0.1"
    assert told["x-forwarded-proto"] == "https"
    assert told["host"] == "localhost"
    assert told["x-request-id"] != "mine"


def test_a_request_belongs_to_the_trace_of_its_own_id_whatever_is_claimed(proxy: Proxy) -> None:
    claims = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-00", "tracestate": "theirs=1", "baggage": "patient=Alex"}

    told = proxy.ask("/api/me", **claims).told

    name = told["x-request-id"]
    assert told["traceparent"] == f"00-{name}-{name[:16]}-01"
    assert not told.keys() & {"tracestate", "baggage"}


def test_what_is_too_large_never_reaches_the_api(proxy: Proxy) -> None:
    with proxy.connected() as connection:
        connection.sendall(_head("PUT", CHUNK, 10 * MEGABYTE))
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413")
    assert b'"code":"too_large"' in answer
    assert proxy.backends[0].asked == 0


@pytest.fixture
def narrow(proxy: Proxy) -> Proxy:
    """The same limits, a thousandth as high."""
    site = proxy.config("site_scribe.conf")
    text = site.read_text()
    for many, few in {"limit_conn address 2000;": "limit_conn address 2;", "address 4000;": "address 4;"}.items():
        assert text.count(many) == 1
        text = text.replace(many, few)
    site.write_text(text)
    proxy.reload()
    return proxy


def test_one_address_cannot_take_all_and_chunks_are_refused_last(narrow: Proxy) -> None:
    streams = [threading.Thread(target=narrow.ask, args=(STREAM,)) for _ in range(2)]
    for stream in streams:
        stream.start()
    wait_until(lambda: narrow.backends[0].asked == 2, "two streams are open")

    refused = narrow.ask("/api/me")
    chunk = narrow.ask(CHUNK, "PUT", b"x")
    narrow.backends[0].second_hint.set()
    for stream in streams:
        stream.join()

    assert (refused.status, refused.told["code"], refused.headers["retry-after"]) == (429, "rate_limited", "2")
    assert chunk.status == 200


def test_a_backend_that_is_gone_is_not_noticed(balancing: Proxy) -> None:
    balancing.backends[0].end()

    answers = [balancing.ask("/api/me").status for _ in range(20)]
    answers += [balancing.ask(CHUNK, "PUT", b"x" * 1000).status for _ in range(20)]

    assert set(answers) == {200}


def test_backends_that_are_too_busy_say_so_themselves_and_are_asked_once(balancing: Proxy) -> None:
    for backend in balancing.backends:
        backend.status = 503

    answers = [balancing.ask("/api/me") for _ in range(20)]

    assert {answer.status for answer in answers} == {503}
    assert all("host" in answer.told for answer in answers)
    assert sum(backend.asked for backend in balancing.backends) == 20


def test_where_nobody_answers_that_is_said_in_the_apis_own_way(balancing: Proxy) -> None:
    for backend in balancing.backends:
        backend.end()

    answer = balancing.ask("/api/me")

    assert answer.status == 502
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["retry-after"] == "2"
    assert answer.told["code"] == "unavailable"
    assert set(answer.told) == {"code", "message", "request_id", "details"}
