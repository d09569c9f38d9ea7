"""Port 43 on real sockets: the wire, the limits, and clients that misbehave."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from directory.query import Kind, Lookup, Requester

if TYPE_CHECKING:
    from tests.doors.conftest import Opener


@pytest.mark.clause("RFC 3912 §2")
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
async def test_one_line_gives_one_reply_and_the_close(whois: Opener, end: bytes) -> None:
    door = await whois()
    assert await door.ask(b"example.test" + end) == b"Found example.test\r\n"
    assert door.service.asked == [(Lookup(Kind.DOMAIN, "example.test"), Requester("whois", "127.0.0.1"))]
    assert door.told.lines == [(Lookup(Kind.DOMAIN, "example.test"), "found", 0)]


async def test_the_language_that_is_asked_for_is_the_requesters(whois: Opener) -> None:
    door = await whois()
    assert await door.ask(b"-L es-MX example.test\r\n") == b"Found example.test\r\n"
    assert door.service.asked[0][1] == Requester("whois", "127.0.0.1", languages=("es-mx",))
    assert await door.ask(b"-L\r\n") == b"error no-parameter by profile of whois\r\n"
    assert await door.ask(b"-L es\r\n") == b"error empty by profile of whois\r\n"
    assert await door.ask(b"-L es -L en example.test\r\n") == b"error malformed by profile of whois\r\n"


async def test_a_line_may_come_byte_by_byte(whois: Opener) -> None:
    door = await whois()
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    for byte in b"example.test\r\n":
        writer.write(bytes([byte]))
        await asyncio.sleep(0.002)
    assert await reader.read() == b"Found example.test\r\n"
    writer.close()


async def test_what_follows_the_first_line_is_ignored(whois: Opener) -> None:
    door = await whois()
    assert await door.ask(b"example.test\r\nmissing.test\r\n") == b"Found example.test\r\n"
    assert len(door.service.asked) == 1


async def test_a_client_that_shuts_its_side_down_still_gets_the_reply(whois: Opener) -> None:
    door = await whois()
    door.service.held = asyncio.Event()
    asking = asyncio.create_task(door.ask(b"example.test\r\n", half_close=True))
    await asyncio.sleep(0.1)
    door.service.held.set()
    assert await asking == b"Found example.test\r\n"


async def test_the_end_of_the_stream_ends_the_line_too(whois: Opener) -> None:
    door = await whois()
    assert await door.ask(b"example.test", half_close=True) == b"Found example.test\r\n"
    assert await door.ask(b"", half_close=True) == b""


@pytest.mark.clause("RFC 3375 §3.6")
async def test_each_fault_has_its_own_reply(whois: Opener) -> None:
    door = await whois()
    faults = {
        b"\r\n": "empty",
        b"domain\r\n": "no-parameter",
        b"\xff\r\n": "malformed",
        b"a\x00b\r\n": "malformed",
        b"x" * 1025 + b"\r\n": "too-long",
        b"x" * 70_000: "too-long",
    }
    for data, kind in faults.items():
        assert await door.ask(data) == f"error {kind} by profile of whois\r\n".encode()
    assert [line[1] for line in door.told.lines] == list(faults.values())
    assert await door.ask(b"x" * 1024 + b"\r\n") == b"NotFound " + b"x" * 1024 + b"\r\n"


async def test_a_fault_of_ours_is_logged_once_and_not_shown(
    whois: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    door = await whois()
    door.service.faults["example.test"] = RuntimeError("the secret of the house")
    with caplog.at_level(logging.ERROR):
        assert await door.ask(b"example.test\r\n") == b"error internal by profile of whois\r\n"
    (record,) = caplog.records
    assert record.exc_info is not None
    assert "the secret of the house" in str(record.exc_info[1])


async def test_a_silent_client_is_closed(whois: Opener) -> None:
    door = await whois(read_timeout=0.2)
    started = time.monotonic()
    with suppress(ConnectionResetError):
        assert await door.ask(b"exam") == b""
    assert 0.15 < time.monotonic() - started < 2
    assert door.server.connections == set()


async def test_a_client_that_sends_slowly_has_no_more_time_than_one_that_is_silent(whois: Opener) -> None:
    door = await whois(read_timeout=0.3)
    with socket.create_connection(("127.0.0.1", door.port)) as client, suppress(ConnectionError):
        for _ in range(15):
            client.sendall(b"x")
            await asyncio.sleep(0.06)
    assert door.server.connections == set()


async def test_a_client_that_does_not_read_its_reply_is_closed(whois: Opener) -> None:
    door = await whois(write_timeout=0.2)
    with socket.create_connection(("127.0.0.1", door.port)) as client:
        client.sendall(b"domain big.test\r\n")
        await asyncio.sleep(0.1)
        assert len(door.server.connections) == 1
        await asyncio.sleep(0.8)
        assert door.server.connections == set()


async def test_an_answer_that_takes_too_long_ends_the_connection(whois: Opener) -> None:
    door = await whois(answer_timeout=0.2)
    door.service.held = asyncio.Event()
    with suppress(ConnectionResetError):
        assert await door.ask(b"example.test\r\n") == b""
    assert door.server.connections == set()


async def test_a_client_that_floods_is_cut_off(whois: Opener) -> None:
    door = await whois(linger_bytes=100_000, linger=5.0)
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(b"x" * 5_000_000)
    with suppress(ConnectionError):
        await asyncio.wait_for(reader.read(), 2)
    writer.close()
    assert door.server.connections == set()


async def test_connections_beyond_the_bound_are_closed_at_once_and_counted(whois: Opener) -> None:
    door = await whois(connections=2)
    held = [await asyncio.open_connection("127.0.0.1", door.port) for _ in range(2)]
    await asyncio.sleep(0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    assert await asyncio.wait_for(reader.read(), 1) == b""
    assert door.told.refusals == 1
    for _, each in [*held, (reader, writer)]:
        each.close()
    await asyncio.sleep(0.05)
    assert await door.ask(b"example.test\r\n") == b"Found example.test\r\n"


async def test_a_service_is_replaced_between_two_queries(whois: Opener) -> None:
    door = await whois()
    door.service.held = asyncio.Event()
    under_way = asyncio.create_task(door.ask(b"example.test\r\n"))
    await asyncio.sleep(0.05)
    fresh = type(door.service)()
    fresh.found = set()
    door.server.service = fresh
    assert await door.ask(b"example.test\r\n") == b"NotFound example.test\r\n"
    door.service.held.set()
    assert await under_way == b"Found example.test\r\n"


async def test_stopping_lets_answers_under_way_finish(whois: Opener) -> None:
    door = await whois(linger=0.1)
    door.service.held = asyncio.Event()
    under_way = asyncio.create_task(door.ask(b"example.test\r\n"))
    _, idle = await asyncio.open_connection("127.0.0.1", door.port)
    await asyncio.sleep(0.05)
    stopping = asyncio.create_task(door.server.stop(5))
    await asyncio.sleep(0.05)
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", door.port)
    door.service.held.set()
    assert await under_way == b"Found example.test\r\n"
    await asyncio.wait_for(stopping, 2)
    idle.close()


async def test_stopping_ends_answers_that_take_longer_than_the_grace(whois: Opener) -> None:
    door = await whois()
    door.service.held = asyncio.Event()
    under_way = asyncio.create_task(door.ask(b"example.test\r\n"))
    await asyncio.sleep(0.05)
    await asyncio.wait_for(door.server.stop(0.1), 1)
    with suppress(ConnectionError):
        assert await under_way == b""


async def test_any_bytes_get_a_reply_and_the_close(whois: Opener, caplog: pytest.LogCaptureFixture) -> None:
    door = await whois(read_timeout=2.0)
    source = random.Random(43)
    samples = [source.randbytes(source.randrange(0, 3000)) + b"\n" for _ in range(150)]
    samples += [b"%s%s%s\r\n", b"../../etc/passwd\r\n", b"\r\r\r\n"]
    samples += [b"\x16\x03\x01\x02\n", b"GET / HTTP/1.1\r\n\r\n"]
    for sample in samples:
        reply = await door.ask(sample)
        assert reply.endswith(b"\r\n")
        assert b"internal" not in reply
        assert b"Traceback" not in reply
    assert caplog.records == []


async def test_many_clients_at_once_each_get_their_reply(whois: Opener) -> None:
    door = await whois()
    replies = await asyncio.gather(*(door.ask(f"name{index}.test\r\n".encode()) for index in range(300)))
    assert replies == [f"NotFound name{index}.test\r\n".encode() for index in range(300)]
    assert door.server.connections == set()
    assert len(os.listdir("/proc/self/fd")) < 200


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (b"-L es a..test", "es"),
        (b"--language es-MX domain", "es-mx"),
        (b"-L es", "es"),
        (b"-L es -L en example.test", "es"),
        (b"-L 9 example.test", ""),
        (b"-L " + b"a-" * 20 + b"a example.test", ""),
        (b"a..test", ""),
        (b"\xff", ""),
        (b"", ""),
    ],
)
async def test_what_is_wrong_with_a_line_is_said_in_the_language_that_it_asks_for(
    whois: Opener, monkeypatch: pytest.MonkeyPatch, line: bytes, wanted: str
) -> None:
    def speaking(self: str, languages: tuple[str, ...]) -> str:
        return f"{self} in {'+'.join(languages)}"

    monkeypatch.setattr("tests.doors.conftest.FakeProfile.speaking", speaking)
    door = await whois()
    assert (await door.ask(line + b"\r\n")).endswith(f"by profile of whois in {wanted}\r\n".encode())
