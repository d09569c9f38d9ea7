"""RDAP as curl sees it: methods, status codes, headers (RFC 7480)."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from tests.clients.deposited import Domain
from tests.clients.running import TLD, Running

MEDIA_TYPE = "application/rdap+json"


@dataclass(frozen=True, slots=True)
class Reply:
    """What curl got."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body, decoded."""
        decoded: dict[str, Any] = json.loads(self.body)
        return decoded


def curl(running: Running, path: str, *options: str) -> Reply:
    """Ask for a path below the base URL; curl sends it as it stands."""
    always = ("--silent", "--show-error", "--include", "--path-as-is", "--max-time", "10")
    command = ["curl", *always, *options, running.base + path]
    done = subprocess.run(command, capture_output=True, timeout=15, check=True)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Reply(int(first.split()[1]), headers, body)


@pytest.mark.clause("RFC 7480 §5.1")
@pytest.mark.clause("RFC 7480 §4.2")
def test_get_brings_the_object_as_rdap_json(running: Running, plain: Domain) -> None:
    reply = curl(running, f"domain/{plain.name}")
    assert reply.status == 200
    assert reply.headers["content-type"] == MEDIA_TYPE
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert reply.json["handle"] == plain.roid


@pytest.mark.clause("RFC 7480 §4.1")
def test_head_brings_the_headers_of_get_and_no_body(running: Running, plain: Domain) -> None:
    get, head = (curl(running, f"domain/{plain.name}", *options) for options in ((), ("--head",)))
    assert (head.status, head.body) == (200, b"")
    for headers in (get.headers, head.headers):
        headers.pop("date")
    assert head.headers == get.headers


@pytest.mark.clause("RFC 7480 §4.1")
def test_head_tells_whether_there_is_an_object(running: Running) -> None:
    assert curl(running, f"domain/no-such-name.{TLD}", "--head").status == 404


@pytest.mark.clause("RFC 7480 §5.6")
def test_a_script_of_any_web_page_may_read_replies(running: Running, plain: Domain) -> None:
    for path in (f"domain/{plain.name}", f"domain/no-such-name.{TLD}", "domain/-", "ip/192.0.2.1"):
        reply = curl(running, path, "--header", "Origin: https://page.example")
        assert reply.headers["access-control-allow-origin"] == "*", path
        assert "access-control-allow-credentials" not in reply.headers


@pytest.mark.clause("RFC 7480 §5.6")
def test_a_preflight_allows_what_clients_send(running: Running, plain: Domain) -> None:
    asked = ("Origin: https://page.example", "Access-Control-Request-Method: GET")
    headers = [part for each in (*asked, "Access-Control-Request-Headers: accept") for part in ("--header", each)]
    reply = curl(running, f"domain/{plain.name}", "--request", "OPTIONS", *headers)
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "GET" in reply.headers["access-control-allow-methods"]
    assert "accept" in reply.headers["access-control-allow-headers"].lower()


@pytest.mark.clause("RFC 7480 §5.3")
@pytest.mark.parametrize(
    "path", [f"domain/no-such-name.{TLD}", f"nameserver/ns1.no-such-name.{TLD}", "entity/NOBODY-1"]
)
def test_a_miss_is_404_with_an_error_object(running: Running, path: str) -> None:
    check_error(curl(running, path), 404)


@pytest.mark.clause("RFC 7480 §5.4")
@pytest.mark.parametrize(
    "path",
    [
        f"domain/-bad-.{TLD}",
        "domain/",
        "domain",
        f"domain/a.{TLD}/b",
        "domain/%ff",
        "domain/a%2fb",
        "domain/%zz",
        f"domain/{'x' * 64}.{TLD}",
        "no-such-path/x",
        "help/x",
        "Domain/x",
        "entity/..",
    ],
)
def test_what_is_malformed_is_400_with_an_error_object(running: Running, path: str) -> None:
    check_error(curl(running, path), 400)


@pytest.mark.clause("RFC 9082 §1")
@pytest.mark.parametrize(
    "path", ["ip/192.0.2.1", "ip/2001:db8::/32", "autnum/64496", "domains?name=a*", "nameservers?ip=192.0.2.1"]
)
def test_what_is_not_offered_is_501_with_an_error_object(running: Running, path: str) -> None:
    check_error(curl(running, path), 501)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_methods_that_write_are_405_and_told_what_is_allowed(running: Running, plain: Domain, method: str) -> None:
    reply = curl(running, f"domain/{plain.name}", "--request", method)
    check_error(reply, 405)
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS"


def check_error(reply: Reply, status: int) -> None:
    """RFC 9083 §6."""
    assert reply.status == status
    assert reply.headers["content-type"] == MEDIA_TYPE
    assert reply.json["errorCode"] == status
    assert reply.json["title"]
    assert "rdap_level_0" in reply.json["rdapConformance"]
    assert "objectClassName" not in reply.json


@pytest.mark.clause("RFC 7480 §4.2")
@pytest.mark.parametrize(
    "accept",
    [
        "application/rdap+json",
        "application/json",
        "*/*",
        "text/html;q=0.9, application/rdap+json;q=0.1",
        "text/html",
    ],
)
def test_the_media_type_is_that_of_rdap_whatever_is_accepted(running: Running, plain: Domain, accept: str) -> None:
    reply = curl(running, f"domain/{plain.name}", "--header", f"Accept: {accept}")
    assert (reply.status, reply.headers["content-type"]) == (200, MEDIA_TYPE)


def test_no_accept_field_is_needed(running: Running, plain: Domain) -> None:
    assert curl(running, f"domain/{plain.name}", "--header", "Accept:").status == 200


@pytest.mark.clause("RFC 7480 §4.3")
def test_unknown_parameters_change_nothing(running: Running, plain: Domain) -> None:
    assert curl(running, f"domain/{plain.name}?unknown=1&x").body == curl(running, f"domain/{plain.name}").body


@pytest.mark.clause("RFC 9082 §3.1.3")
@pytest.mark.clause("RFC 9082 §6.1")
def test_a_u_label_is_found_percent_encoded_and_as_it_stands(running: Running, idn: Domain) -> None:
    assert idn.unicode_name is not None
    by_a_label = curl(running, f"domain/{idn.name}").json
    for path in (quote(idn.unicode_name), quote(idn.unicode_name).lower(), idn.unicode_name):
        reply = curl(running, f"domain/{path}")
        assert reply.status == 200
        assert (reply.json["ldhName"], reply.json["unicodeName"]) == (idn.name, idn.unicode_name)
        assert reply.json["entities"][0]["handle"] == by_a_label["entities"][0]["handle"]


@pytest.mark.clause("RFC 7480 §9.1")
def test_links_are_uris_also_where_the_question_was_an_iri(running: Running, idn: Domain) -> None:
    assert idn.unicode_name is not None
    for link in curl(running, f"domain/{idn.unicode_name}").json["links"]:
        assert link["href"].isascii()
        assert link["value"].isascii()


@pytest.mark.clause("RFC 9083 §4.2")
def test_a_link_to_itself_leads_to_the_same_object(running: Running, plain: Domain) -> None:
    first = curl(running, f"domain/{plain.name.upper()}").json
    (href,) = [link["href"] for link in first["links"] if link["rel"] == "self"]
    assert href.startswith(running.base)
    again = curl(running, href.removeprefix(running.base)).json
    assert (again["handle"], again["events"]) == (first["handle"], first["events"])


@pytest.mark.clause("RFC 9110 §13.1.2")
def test_what_the_client_has_already_is_not_sent_again(running: Running, plain: Domain) -> None:
    tag = curl(running, f"domain/{plain.name}").headers["etag"]
    reply = curl(running, f"domain/{plain.name}", "--header", f"If-None-Match: {tag}")
    assert (reply.status, reply.body) == (304, b"")


@pytest.mark.clause("RFC 9082 §3.1.6")
def test_help_answers(running: Running) -> None:
    reply = curl(running, "help")
    assert reply.status == 200
    assert any(notice["title"] == "Help" for notice in reply.json["notices"])


def test_http_1_0_and_a_kept_connection_are_served(running: Running, plain: Domain) -> None:
    assert curl(running, f"domain/{plain.name}", "--http1.0").status == 200
    url = f"{running.base}domain/{plain.name}"
    twice = ("--output", "/dev/null", url) * 2
    command = ["curl", "--silent", "--write-out", "%{num_connects} ", *twice]
    done = subprocess.run(command, capture_output=True, text=True, timeout=15, check=True)
    assert done.stdout.split() == ["1", "0"]
