"""Whole replies, byte by byte: of both doors, and of every shipped profile to every audience.

The replies of a profile stand below `golden/PROFILE/`, each once: `audiences.json` says for each object and each
audience (`public-es`: who reads Spanish) which file holds the reply, below the name of the first who gets it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from directory.access.standing import PUBLIC, Standing
from directory.model.graph import Graph, HostGraph, RegistrarGraph
from directory.profile.profile import Profile
from directory.query import Kind
from directory.rdap import render as rdap_door
from directory.whois import render as whois_door
from tests.conftest import GOLDEN
from tests.profile import replies, shipped
from tests.profile.objects import GRAPHS, SHOWN, host, sponsor

Golden = Callable[[str, bytes], None]

_TWO: list[Graph] = [
    HostGraph(host("ns1.example.test", "192.0.2.1"), sponsor()),
    HostGraph(host("ns9.other.test", "192.0.2.1", roid="H9-EXAMPLE"), sponsor()),
]

_NAMESAKES: list[Graph] = [_TWO[0], HostGraph(host("ns1.example.test", roid="H9-EXAMPLE"), sponsor())]


def _pretty(reply: bytes) -> bytes:
    """JSON with line breaks, so that a golden file can be read; nothing is lost by it."""
    pretty = msgspec.json.format(reply, indent=1)
    assert msgspec.json.format(pretty, indent=-1) == reply
    return pretty + b"\n"


@pytest.mark.parametrize("name", [name for name in GRAPHS if name != "contact"])
def test_a_whois_reply_is_as_its_golden_file(name: str, golden: Golden) -> None:
    golden(f"whois/{name}.txt", replies.whois(GRAPHS[name]))


@pytest.mark.parametrize("name", list(GRAPHS))
def test_an_rdap_reply_is_as_its_golden_file(name: str, golden: Golden) -> None:
    golden(f"rdap/{name}.json", _pretty(replies.rdap(GRAPHS[name])))


def test_the_other_whois_replies_are_as_their_golden_files(golden: Golden) -> None:
    profile = replies.whois_profile()
    for kind in (Kind.DOMAIN, Kind.NAMESERVER, Kind.ADDRESS, Kind.REGISTRAR):
        golden(f"whois/miss-{kind.value}.txt", whois_door.render(replies.missing(kind, "x", profile)))
    golden("whois/reserved.txt", whois_door.render(replies.missing(Kind.DOMAIN, "x.test", profile, True)))
    golden("whois/help.txt", whois_door.render(replies.helping(profile)))
    golden("whois/hosts.txt", whois_door.render(replies.matches(Kind.ADDRESS, "192.0.2.1", _TWO, profile)))
    one = replies.matches(Kind.ADDRESS, "192.0.2.1", _TWO[:1], profile)
    golden("whois/hosts-one.txt", whois_door.render(one))
    two: list[Graph] = [RegistrarGraph(sponsor()), RegistrarGraph(sponsor(gurid=9996))]
    golden("whois/registrars.txt", whois_door.render(replies.matches(Kind.REGISTRAR, "x", two, profile)))
    for fault in ("empty", "no-parameter", "malformed", "too-long", "internal"):
        golden(f"whois/error-{fault}.txt", whois_door.error(profile, fault))


def test_the_other_rdap_replies_are_as_their_golden_files(golden: Golden) -> None:
    profile = replies.rdap_profile()

    def check(name: str, reply: bytes) -> None:
        golden(f"rdap/{name}.json", _pretty(reply))

    for kind in (Kind.DOMAIN, Kind.NAMESERVER, Kind.ENTITY):
        missing = replies.missing(kind, "x", profile)
        check(f"miss-{kind.value}", rdap_door.render(missing, replies.BASE + f"{kind.value}/x"))
    reserved = replies.missing(Kind.DOMAIN, "x.test", profile, True)
    check("reserved", rdap_door.render(reserved, replies.BASE + "domain/x.test"))
    check("help", rdap_door.render(replies.helping(profile), replies.BASE + "help"))
    check("error-501", rdap_door.error(501, "Not Implemented", ["No."], profile, replies.BASE + "ip/192.0.2.1"))
    hosts = replies.matches(Kind.ADDRESS, "192.0.2.1", _TWO, profile)
    check("hosts", rdap_door.render(hosts, replies.BASE + "nameservers?ip=192.0.2.1"))
    namesakes = replies.matches(Kind.NAMESERVER, "ns1.example.test", _NAMESAKES, profile)
    check("hosts-of-one-name", rdap_door.render(namesakes, replies.BASE + "nameserver/ns1.example.test"))


_SUFFIXES = {"text": "txt", "RDAP": "json", "JSON": "json", "XML": "xml", "CSV": "csv"}


def _readable(markup: str, reply: bytes) -> bytes:
    """A reply with line breaks; nothing is lost by it."""
    if markup in ("RDAP", "JSON"):
        return _pretty(reply)
    if markup == "XML":
        assert b">\n<" not in reply.partition(b"\n")[2]
        return reply.replace(b"><", b">\n<") + b"\n"
    return reply


def _speakers(profile: Profile) -> Iterator[tuple[str, str, Profile]]:
    """Everyone for whom a profile is, with a name for them: the audiences in its own language, and the public in
    each of the others."""
    audiences = [each for each in profile.disclosure.audiences.names if profile.is_for(each)]
    yield from ((audience, audience, profile) for audience in audiences)
    for language in profile.terms.languages[1:]:
        if PUBLIC in audiences:
            yield f"{PUBLIC}-{language}", PUBLIC, profile.speaking([language])


def _answers(profile: Profile) -> tuple[dict[str, dict[str, str]], dict[str, bytes]]:
    """The file of each object and audience, and the replies that these files hold."""
    index: dict[str, dict[str, str]] = {}
    files: dict[str, bytes] = {}
    markup = profile.terms.markup
    for name, graph in SHOWN.items():
        if not replies.is_said(graph, profile):
            continue
        known: dict[bytes, str] = {}
        for who, audience, speaking in _speakers(profile):
            reply = replies.rendered(markup, graph, Standing(audience), speaking)
            file = known.setdefault(reply, f"{who}/{name}.{_SUFFIXES[markup]}")
            index.setdefault(name, {})[who] = file
            files[file] = _readable(markup, reply)
    return index, files


@pytest.mark.parametrize("name", shipped.PROFILES)
def test_the_replies_of_a_shipped_profile_are_as_their_golden_files(
    name: str, golden: Golden, request: pytest.FixtureRequest
) -> None:
    index, files = _answers(shipped.profile(name))
    assert index
    files["audiences.json"] = json.dumps(index, indent=1).encode() + b"\n"
    for file, reply in files.items():
        golden(f"{name}/{file}", reply)
    left = _answered(name) - {GOLDEN / name / file for file in files}
    if request.config.getoption("--golden-update"):
        _remove(left)
    else:
        assert not left, "no reply is in these any more: run pytest --golden-update"


def _answered(name: str) -> set[Path]:
    """The files of a profile's replies that there are: in folders named after audiences."""
    audiences = (*shipped.profile(name).disclosure.audiences.names, f"{PUBLIC}-*")
    return {path for audience in audiences for path in (GOLDEN / name).glob(f"{audience}/*")}


def _remove(paths: set[Path]) -> None:
    """Files, and the folders that are empty without them."""
    for path in paths:
        path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()


def test_there_are_golden_files_of_no_other_profile() -> None:
    assert {path.parent.name for path in GOLDEN.glob("*/audiences.json")} == set(shipped.PROFILES)


def test_the_golden_files_are_small_enough_to_be_kept() -> None:
    paths = [path for name in shipped.PROFILES for path in (GOLDEN / name).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in paths) < 1_500_000
