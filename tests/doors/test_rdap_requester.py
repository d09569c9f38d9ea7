"""RDAP on real sockets: who asks, in which language, and in which form the answer comes."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.access import keyfile
from directory.access.gate import Gate
from directory.access.key import make
from directory.access.keys import Keys
from directory.access.prefix import Prefixes
from directory.query import Requester

if TYPE_CHECKING:
    from tests.doors.conftest import Opener

HERE, NOWHERE = "127.0.0.0/8", "192.0.2.0/24"
FOUND, MISSING = "/rdap/domain/example.test", "/rdap/domain/missing.test"


class Ring(NamedTuple):
    """A gate, and keys to it as they were shown."""

    gate: Gate
    good: str
    expired: str
    revoked: str


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    path = tmp_path / "keys.json"
    now = datetime.now(UTC).replace(microsecond=0)
    shown = {}
    for name, days in (("good", 1), ("expired", -1), ("revoked", 1)):
        key, shown[name] = make(name, "a test", now - timedelta(days=2), now + timedelta(days=days), "police")
        keyfile.add(path, key)
    keyfile.revoke(path, "revoked", now)
    return Ring(Gate(None, Keys(path)), **shown)


@pytest.mark.clause("RFC 6750 §2.1")
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER  "])
async def test_a_bearer_key_is_the_credential_of_the_requester(rdap: Opener, ring: Ring, scheme: str) -> None:
    door = await rdap(gate=ring.gate)
    reply = await door.http(FOUND, Authorization=f"{scheme} {ring.good}")
    assert reply.status == 200
    assert door.service.asked[0][1] == Requester("rdap", "127.0.0.1", ring.good)
    assert (await door.http(MISSING, "HEAD", Authorization=f"Bearer {ring.good}")).status == 404


@pytest.mark.clause("RFC 6750 §3.1")
@pytest.mark.parametrize("which", ["expired", "revoked", "unknown", "cut off", "malformed"])
async def test_a_bad_key_is_refused_and_nothing_is_said_of_the_object(
    rdap: Opener, ring: Ring, which: str
) -> None:
    door = await rdap(gate=ring.gate)
    now = datetime.now(UTC)
    unknown = make("x", "y", now, now, "police")[1]
    shown = {"unknown": unknown, "cut off": ring.good[:-1], "malformed": "a b"}
    field = f"Bearer {shown.get(which) or getattr(ring, which)}"
    replies = [await door.http(target, Authorization=field) for target in (FOUND, MISSING)]
    for reply in replies:
        assert reply.status == 401
        challenge = reply.headers["www-authenticate"]
        assert challenge.startswith('Bearer realm="registration data", error="invalid_token", error_description="')
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["content-type"] == "application/rdap+json"
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.json()["errorCode"] == 401
        assert field.partition(" ")[2] not in reply.body.decode() + challenge
    there, missing = (reply.json() for reply in replies)
    del there["url"], missing["url"]
    assert there == missing
    assert [line[1:] for line in door.told.lines] == [("not-admitted", 401)] * 2
    head = await door.http(FOUND, "HEAD", Authorization=field)
    assert (head.status, head.body) == (401, b"")


@pytest.mark.parametrize(
    "fields", [[b"Basic dTpw"], [b""], [b"Bearer"], [b"Bearer a", b"Bearer b"], [b"Digest x"]]
)
async def test_what_is_no_bearer_key_is_challenged(rdap: Opener, fields: list[bytes]) -> None:
    door = await rdap()
    reply = await door.get(FOUND, *(b"Authorization: " + field for field in fields))
    assert reply.status == 401
    assert reply.headers["www-authenticate"] == 'Bearer realm="registration data"'
    assert door.service.asked == []


async def test_a_key_where_none_are_configured_is_a_bad_key(rdap: Opener, ring: Ring) -> None:
    door = await rdap()
    assert (await door.http(FOUND, Authorization=f"Bearer {ring.good}")).status == 401


async def test_what_cannot_be_asked_is_told_whoever_asks(rdap: Opener, ring: Ring) -> None:
    door = await rdap(gate=ring.gate)
    for key in (ring.good, ring.expired):
        for target, status in (("/rdap/domain/a..test", 400), ("/favicon.ico", 404), ("/rdap/ip/::1", 501)):
            assert (await door.http(target, Authorization=f"Bearer {key}")).status == status


async def test_a_preflight_request_needs_no_key_and_allows_one(rdap: Opener, ring: Ring) -> None:
    door = await rdap(gate=ring.gate)
    reply = await door.http(FOUND, "OPTIONS", Origin="https://a.example", Authorization="Basic x")
    assert reply.status == 204
    assert "Authorization" in reply.headers["access-control-allow-headers"]


@pytest.mark.clause("RFC 9110 §12.5.5")
async def test_caches_keep_what_is_for_everyone_and_tell_requests_apart(rdap: Opener, ring: Ring) -> None:
    def by(prefix: str, audience: str, registrar: str = "") -> Gate:
        entry = {"audience": audience, "registrar": registrar} if registrar else audience
        return Gate(Prefixes.from_settings({prefix: entry}), ring.gate._keys)

    with_key = {"Authorization": f"Bearer {ring.good}"}
    cases: list[tuple[Gate, dict[str, str], str]] = [
        (ring.gate, {}, "public, max-age=60"),
        (ring.gate, with_key, "private, no-store"),
        (by(NOWHERE, "police"), {}, "private, max-age=60"),
        (by(NOWHERE, "police"), with_key, "private, no-store"),
        (by(HERE, "police"), {}, "private, no-store"),
        (by(HERE, "public"), {}, "private, max-age=60"),
        (by(HERE, "public", "R-1"), {}, "private, no-store"),
    ]
    for gate, fields, caching in cases:
        door = await rdap(gate=gate)
        for target in (FOUND, MISSING, "/rdap/help"):
            reply = await door.http(target, **fields)
            assert reply.headers["cache-control"] == caching
            assert reply.headers["vary"] == "Accept, Accept-Language, Authorization"
        failed = await door.http("/rdap/domain/a..test", **fields)
        assert failed.headers["cache-control"] == "no-store"
        assert failed.headers["vary"] == "Accept, Accept-Language, Authorization"


@pytest.mark.clause("RFC 9110 §12.5.4")
async def test_the_languages_that_are_accepted_are_the_requesters(rdap: Opener) -> None:
    door = await rdap()
    await door.get(FOUND, b"Accept-Language: es-MX, en;q=0.1", b"Accept-Language: es;q=0.5")
    await door.get(FOUND, b"Accept-Language: \xff\xfe;;;q=9")
    await door.get(FOUND)
    assert [requester.languages for _, requester in door.service.asked] == [("es-mx", "es", "en"), (), ()]


@pytest.mark.clause("RFC 9110 §8.5")
async def test_every_answer_and_every_error_says_its_language(rdap: Opener) -> None:
    door = await rdap()
    for target in (FOUND, MISSING, "/rdap/help", "/rdap/domain/a..test", "/rdap/ip/::1", "/"):
        assert (await door.http(target)).headers["content-language"] == "tlh", target
    assert (await door.http(FOUND, "POST")).headers["content-language"] == "tlh"
    tag = (await door.http(FOUND)).headers["etag"]
    assert (await door.http(FOUND, If_None_Match=tag)).headers["content-language"] == "tlh"


_FORMS = {"application/vnd.dnrd+json": "json", "application/vnd.dnrd+xml": "xml", "text/csv": "csv"}


@pytest.mark.clause("RFC 9110 §12.5.1")
@pytest.mark.parametrize("media_type", list(_FORMS))
async def test_a_plain_form_comes_under_its_own_media_type(rdap: Opener, media_type: str) -> None:
    door = await rdap()
    word = _FORMS[media_type]
    bodies = {
        FOUND: (200, f"{word} Found by profile of data"),
        MISSING: (404, f"{word} NotFound by profile of data"),
        "/rdap/help": (200, f"{word} HelpText by profile of data"),
        "/rdap/domain/a..test": (400, f"{word} 400 by profile of data"),
        "/rdap/ip/::1": (501, f"{word} 501 by profile of data"),
    }
    for target, (status, body) in bodies.items():
        get = await door.http(target, Accept=media_type)
        head = await door.http(target, "HEAD", Accept=media_type)
        assert (get.status, get.body.decode()) == (status, body)
        assert get.headers["content-type"] == media_type + ("; charset=utf-8" if word == "csv" else "")
        assert get.headers["access-control-allow-origin"] == "*"
        assert head.headers["content-length"] == get.headers["content-length"]
        assert (head.status, head.headers["content-type"]) == (status, get.headers["content-type"])
    assert {requester.service for _, requester in door.service.asked} == {"data"}
    tag = (await door.http(FOUND, Accept=media_type)).headers["etag"]
    assert tag != (await door.http(FOUND)).headers["etag"]
    assert (await door.http(FOUND, Accept=media_type, If_None_Match=tag)).status == 304


async def test_whatever_is_no_read_below_rdap_is_answered_in_rdap(rdap: Opener) -> None:
    door = await rdap()
    for target, method, status in ((FOUND, "POST", 405), ("/favicon.ico", "GET", 404), ("/rdap", "GET", 404)):
        reply = await door.http(target, method, Accept="text/csv")
        assert (reply.status, reply.headers["content-type"]) == (status, "application/rdap+json")
    assert (
        (await door.http(FOUND, Accept="text/csv", Authorization="x")).headers["content-type"].startswith("text/")
    )


async def test_several_accept_fields_are_one_list(rdap: Opener) -> None:
    door = await rdap()
    reply = await door.get(FOUND, b"Accept: application/rdap+json;q=0.5", b"Accept: text/csv;q=0.6")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"


_BYTES = st.binary(max_size=80) | st.text('Bear dnr_=,;q"\\*/.019-\t', max_size=80).map(str.encode)
_NAMES = st.sampled_from([b"Accept", b"Accept-Language", b"Authorization", b"authorization"])


async def test_no_field_however_malformed_is_a_fault(
    rdap: Opener, ring: Ring, caplog: pytest.LogCaptureFixture
) -> None:
    """The fields are drawn by hypothesis, and sent by a loop that is this test's own."""
    door = await rdap(gate=ring.gate)
    loop = asyncio.get_running_loop()

    @given(st.lists(st.tuples(_NAMES, _BYTES), max_size=4))
    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    def ask(fields: list[tuple[bytes, bytes]]) -> None:
        lines = [name + b": " + value for name, value in fields if not {*b"\r\n\0"} & {*value}]
        reply = asyncio.run_coroutine_threadsafe(door.get(FOUND, *lines), loop).result(10)
        assert reply.status in {200, 400, 401}
        assert reply.headers["content-language"]
        if reply.status == 401:
            assert "www-authenticate" in reply.headers

    with caplog.at_level(logging.ERROR):
        await asyncio.to_thread(ask)
    assert caplog.records == []


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("domain/a..test", "tiene una etiqueta vacía"),
        ("domain/-a.test", "la etiqueta '-a' empieza o acaba con un guion"),
        ("domain/xn--99999999999.test", "la etiqueta 'xn--99999999999' no es una A-label"),
        ("domain/%FF.test", "no es UTF-8"),
        ("domain/a/b", "debe seguir exactamente un segmento de ruta"),
    ],
)
async def test_what_is_wrong_with_a_path_is_said_in_the_language_of_the_reply(
    rdap: Opener, monkeypatch: pytest.MonkeyPatch, path: str, reason: str
) -> None:
    monkeypatch.setattr("tests.doors.conftest.FakeProfile.language", "es")
    door = await rdap()
    reply = await door.http(f"/rdap/{path}")
    assert reply.status == 400
    assert reply.json()["description"][1] == reason


async def test_what_a_library_adds_is_said_in_english_alone(rdap: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.doors.conftest.FakeProfile.language", "en-GB")
    door = await rdap()
    said = (await door.http("/rdap/domain/%FF.test")).json()["description"][1]
    assert said == "it is not UTF-8: invalid start byte"
