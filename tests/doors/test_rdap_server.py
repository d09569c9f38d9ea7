"""RDAP on real sockets: status codes, headers, limits, and clients that misbehave."""

from __future__ import annotations

import asyncio
import logging
import random
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from directory.errors import StoreError

if TYPE_CHECKING:
    from tests.doors.conftest import Opener


@pytest.mark.clause("RFC 7480 §4.2")
@pytest.mark.clause("RFC 7480 §5.6")
@pytest.mark.parametrize("accept", ["application/rdap+json", "application/json", "*/*", "text/html", ""])
async def test_every_answer_is_rdap_json_that_any_page_may_read(rdap: Opener, accept: str) -> None:
    door = await rdap()
    statuses = {
        "/rdap/domain/example.test": 200,
        "/rdap/help": 200,
        "/rdap/domain/missing.test": 404,
        "/rdap/domain/a..test": 400,
        "/rdap/nothing/x": 400,
        "/rdap/ip/192.0.2.1": 501,
        "/": 404,
        "/rdap": 404,
        "/favicon.ico": 404,
    }
    for target, status in statuses.items():
        reply = await door.http(target, Accept=accept) if accept else await door.http(target)
        assert reply.status == status, target
        assert reply.headers["content-type"] == "application/rdap+json"
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["server"] == "dnrd"
        assert "rdapConformance" in reply.json()
        if status not in {200, 404}:
            assert reply.json()["errorCode"] == status


@pytest.mark.clause("RFC 7480 §4.1")
async def test_head_is_get_without_the_body(rdap: Opener) -> None:
    door = await rdap()
    for path in ("domain/example.test", "domain/missing.test", "domain/a..test", "ip/::1"):
        target = "/rdap/" + path
        get, head = await door.http(target), await door.http(target, "HEAD")
        assert head.body == b""
        assert head.status == get.status
        assert int(head.headers["content-length"]) == len(get.body)
        del get.headers["date"], head.headers["date"]
        assert head.headers == get.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
async def test_other_methods_are_refused_with_those_allowed(rdap: Opener, method: str) -> None:
    door = await rdap()
    reply = await door.http("/rdap/domain/example.test", method)
    assert reply.status == 405
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS"
    assert reply.json()["errorCode"] == 405
    assert door.service.asked == []


async def test_a_preflight_request_is_answered(rdap: Opener) -> None:
    door = await rdap()
    reply = await door.http("/rdap/domain/example.test", "OPTIONS", Origin="https://a.example")
    assert reply.status == 204
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert reply.body == b""


@pytest.mark.clause("RFC 9110 §13.1.2")
async def test_an_answer_that_the_client_has_is_not_sent_again(rdap: Opener) -> None:
    door = await rdap()
    first = await door.http("/rdap/domain/example.test")
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    assert first.headers["cache-control"] == "public, max-age=60"
    for field in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        again = await door.http("/rdap/domain/example.test", If_None_Match=field)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert (await door.http("/rdap/domain/example.test", If_None_Match='"x"')).status == 200
    assert (await door.http("/rdap/domain/missing.test", If_None_Match="*")).status == 404


@pytest.mark.clause("RFC 9083 §4.2")
@pytest.mark.clause("RFC 7480 §9.1")
async def test_links_begin_with_the_public_url_or_the_host_that_was_asked(rdap: Opener) -> None:
    public = await rdap(base_url="https://rdap.example.net/rdap/")
    reply = await public.http("/rdap/domain/EXAMPLE.test?x=y")
    assert reply.json()["url"] == "https://rdap.example.net/rdap/domain/EXAMPLE.test"
    door = await rdap()
    same = ("rdap.example:8080", "[2001:db8::1]:80", "[::1]", "my_host-1.example", "a:65535")
    hosts = {**{each: each for each in same}, "a:": "a", "": f"127.0.0.1:{door.port}"}
    for host, shown in hosts.items():
        reply = await door.http("/rdap/domain/example.test", Host=host)
        assert reply.json()["url"] == f"http://{shown}/rdap/domain/example.test", host
    reply = await door.http("/rdap/domain/b%C3%BCcher.test")
    assert reply.json()["url"].endswith("/rdap/domain/b%C3%BCcher.test")


_NO_HOSTS = (
    'evil"><script>', "a/b", "a/x?y", "a@b", "a b", "a#b", "b\u00fccher.test", "\u212a.test", "a:65536",
    "a:123456", "a:http", ":80", "[::1", "[1.2]", "[:::]:80", "a%zz", "x" * 300,
)  # fmt: skip


@pytest.mark.clause("RFC 9112 §3.2")
@pytest.mark.parametrize("host", _NO_HOSTS)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
async def test_a_host_field_that_names_no_host_is_malformed(rdap: Opener, host: str, method: str) -> None:
    for door in (await rdap(), await rdap(base_url="https://rdap.example.net/rdap/")):
        reply = await door.http("/rdap/domain/example.test", method, Host=host)
        assert (reply.status, reply.json()["errorCode"]) == (400, 400)
        assert host not in reply.body.decode()
        assert door.service.asked == []
        assert door.told.lines == [(None, "malformed", 400)]


@pytest.mark.clause("RFC 9112 §3.2")
async def test_http_1_1_needs_one_host_field_and_http_1_0_none(rdap: Opener) -> None:
    door = await rdap()
    for version, fields, status in (("1.1", "", 400), ("1.1", "Host: a\r\nHost: a\r\n", 400), ("1.0", "", 200)):
        head = f"GET /rdap/domain/example.test HTTP/{version}\r\n{fields}Connection: close\r\n\r\n"
        reply = await door.ask(head.encode())
        assert int(reply.split()[1]) == status, (version, fields)


@pytest.mark.clause("RFC 9112 §3.2.2")
async def test_a_target_in_absolute_form_is_the_same_request_to_its_own_host(rdap: Opener) -> None:
    door = await rdap()
    for host in ("other.example", ""):
        reply = await door.http("http://proxy.example:81/rdap/domain/example.test?a=b", Host=host)
        assert (reply.status, reply.json()["key"]) == (200, "example.test")
        assert reply.json()["url"] == "http://proxy.example:81/rdap/domain/example.test"


@pytest.mark.clause("RFC 9112 §3.2")
@pytest.mark.parametrize("authority", ["a@b", "a:65536", "", "[::1"])
async def test_a_target_in_absolute_form_that_names_no_host_is_malformed(rdap: Opener, authority: str) -> None:
    door = await rdap()
    assert (await door.http(f"http://{authority}/rdap/domain/example.test")).status == 400
    assert door.service.asked == []


@pytest.mark.clause("RFC 7480 §4.3")
async def test_unknown_parameters_are_ignored(rdap: Opener) -> None:
    door = await rdap()
    for extra in ("?x=y", "?__proto__=1&a[]=%00%ff", "?", "?%zz"):
        assert (await door.http("/rdap/domain/example.test" + extra)).status == 200, extra


async def test_requests_too_large_are_refused_as_rdap_errors(rdap: Opener) -> None:
    door = await rdap(line_bytes=1000, header_bytes=2000)
    long_path = await door.http("/rdap/domain/" + "a" * 3000)
    assert long_path.status == 414
    long_field = await door.http("/rdap/help", X_Filler="x" * 5000)
    assert long_field.status == 431
    many_fields = await door.http("/rdap/help", **{f"X_{index}": "x" for index in range(200)})
    assert many_fields.status == 431
    for reply in (long_path, long_field, many_fields):
        assert reply.headers["content-type"] == "application/rdap+json"
        assert reply.json()["errorCode"] == reply.status
    assert len(door.told.lines) == 3


async def test_faults_of_ours_are_logged_once_and_not_shown(
    rdap: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    door = await rdap()
    door.service.faults["example.test"] = RuntimeError("the secret of the house")
    door.service.faults["gone.test"] = StoreError("password=secret")
    with caplog.at_level(logging.ERROR):
        reply = await door.http("/rdap/domain/example.test")
        gone = await door.http("/rdap/domain/gone.test")
    assert (reply.status, gone.status) == (500, 503)
    assert gone.headers["retry-after"] == "5"
    assert b"secret" not in reply.body + gone.body
    assert len(caplog.records) == 2


async def test_an_answer_that_takes_too_long_is_given_up(rdap: Opener) -> None:
    door = await rdap(answer_timeout=0.1)
    door.service.held = asyncio.Event()
    assert (await door.http("/rdap/domain/example.test")).status == 503


async def test_a_client_that_shuts_its_side_down_still_gets_the_reply(rdap: Opener) -> None:
    door = await rdap()
    door.service.held = asyncio.Event()
    request = b"GET /rdap/domain/example.test HTTP/1.1\r\nHost: a\r\n\r\n"
    asking = asyncio.create_task(door.ask(request, half_close=True))
    await asyncio.sleep(0.1)
    door.service.held.set()
    assert (await asking).startswith(b"HTTP/1.1 200 OK\r\n")
    door.service.held = None
    assert (await door.ask(request, half_close=True)).startswith(b"HTTP/1.1 200 OK\r\n")
    assert await door.ask(b"", half_close=True) == b""


async def test_a_connection_serves_several_requests_also_pipelined(rdap: Opener) -> None:
    door = await rdap(keepalive_timeout=0.3)
    request = b"GET /rdap/domain/example.test HTTP/1.1\r\nHost: a\r\n\r\n"
    started = time.monotonic()
    reply = await door.ask(request * 3)
    assert reply.count(b"HTTP/1.1 200 OK\r\n") == 3
    assert 0.2 < time.monotonic() - started < 2


async def test_silent_clients_are_closed(rdap: Opener) -> None:
    door = await rdap(header_timeout=0.2, keepalive_timeout=30)
    for start in (b"", b"GET /rdap/help HTTP/1.1\r\nHost:"):
        began = time.monotonic()
        with suppress(ConnectionResetError):
            assert await door.ask(start) == b""
        assert time.monotonic() - began < 2
    assert door.server._http.open == 0


async def test_a_client_that_does_not_read_its_reply_is_closed(rdap: Opener) -> None:
    door = await rdap(write_timeout=0.2)
    with socket.create_connection(("127.0.0.1", door.port)) as client:
        client.sendall(b"GET /rdap/domain/big.test HTTP/1.1\r\nHost: a\r\n\r\n")
        await asyncio.sleep(0.3)
        assert door.server._http.open == 1
        await asyncio.sleep(1.0)
        assert door.server._http.open == 0


async def test_connections_beyond_the_bound_are_closed_at_once_and_counted(rdap: Opener) -> None:
    door = await rdap(connections=1)
    _, held = await asyncio.open_connection("127.0.0.1", door.port)
    await asyncio.sleep(0.05)
    assert await door.ask(b"") == b""
    assert door.told.refusals == 1
    held.close()
    await asyncio.sleep(0.05)
    assert (await door.http("/rdap/help")).status == 200


async def test_stopping_lets_answers_under_way_finish(rdap: Opener) -> None:
    door = await rdap()
    door.service.held = asyncio.Event()
    under_way = asyncio.create_task(door.http("/rdap/domain/example.test"))
    _, idle = await asyncio.open_connection("127.0.0.1", door.port)
    await asyncio.sleep(0.05)
    stopping = asyncio.create_task(door.server.stop(5))
    await asyncio.sleep(0.05)
    door.service.held.set()
    assert (await under_way).status == 200
    await asyncio.wait_for(stopping, 2)
    idle.close()


async def test_any_target_and_any_bytes_give_an_error_and_never_a_fault(
    rdap: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    door = await rdap(header_timeout=1.0)
    source = random.Random(7480)
    alphabet = "/%.?#&=@:[]\\\"<>{}|^`~*'aé中\udc80\udcff0123456789abcdefABCDEF"
    for _ in range(300):
        rest = "".join(source.choice(alphabet) for _ in range(source.randrange(60)))
        start = source.choice(["/rdap/domain/", "/rdap/entity/", "/rdap/nameserver/", "/rdap/", "/", ""])
        reply = await door.http(start + rest)
        assert reply.status in {200, 400, 404, 501}, (start, rest)
        assert reply.json() is not None
    for _ in range(100):
        data = source.randbytes(source.randrange(1, 500)) + b"\r\n\r\n"
        reply_bytes = await door.ask(data)
        assert reply_bytes.startswith(b"HTTP/1.") or not reply_bytes
        assert b" 500 " not in reply_bytes.partition(b"\r\n")[0]
        assert b"Traceback" not in reply_bytes
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
