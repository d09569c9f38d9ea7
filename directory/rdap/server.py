"""RDAP over HTTP: methods, status codes, headers (RFC 7480, RFC 9082)."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from aiohttp import HttpVersion11, hdrs, web
from multidict import CIMultiDict

from directory.access.standing import EVERYONE
from directory.answer import Answer, NotFound
from directory.errors import Malformed, NotAdmitted, Sentence, StoreError, Unsupported
from directory.language import message, primary, translate
from directory.profile.constraint import Violated
from directory.query import Query, Requester
from directory.rdap import authorization
from directory.rdap.connection import SWEEP, Connection, ConnectionServer, Limits
from directory.rdap.negotiation import MEDIA_TYPE, languages, media_types
from directory.rdap.query import PREFIX, NoSuchPath, parse
from directory.telemetry.recorder import Recorder

if TYPE_CHECKING:
    from directory.profile.profile import Profile
    from directory.service import DirectoryService

SERVICE = "rdap"
PLAIN = "data"
"""The service that speaks in the plain forms: it may have profiles of its own."""
_MOST_PORT = 65_535
_NOTHING = Sentence("")
_ALLOW = "GET, HEAD, OPTIONS"
_READS = frozenset({"GET", "HEAD"})
_KEEP_NOTHING = "private, no-store"

_log = logging.getLogger(__name__)
_AUTHORITY = re.compile(
    r"(?:[a-z0-9._~!$&'()*+,;=-]|%[0-9a-f]{2}){1,253}(?::(?P<port>[0-9]{0,5}))?\Z"
    r"|\[(?P<v6>[0-9a-f:.]{2,45})\](?::(?P<v6port>[0-9]{0,5}))?\Z",
    re.IGNORECASE | re.ASCII,
)
"""A host and a port as in an http URI (RFC 3986 §3.2.2), without user information (RFC 9110 §4.2.4)."""
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#]*)", re.IGNORECASE | re.ASCII)
_PATH_SAFE = "%/:@!$&'()*+,;=~-._"

_TITLES: dict[int, tuple[str, str, str]] = {
    400: ("malformed", message("Bad Request"), message("The request cannot be understood.")),
    401: ("not-admitted", message("Unauthorized"), message("The request has a credential that is not good.")),
    404: (
        "no-such-path",
        message("Not Found"),
        message("RDAP is served below /rdap/; /rdap/help says what is offered."),
    ),
    405: ("method", message("Method Not Allowed"), message("RDAP is read with GET and HEAD.")),
    408: ("malformed", message("Request Timeout"), message("The request took too long to arrive.")),
    414: ("too-long", message("URI Too Long"), message("The request line is longer than this server takes.")),
    431: (
        "too-long",
        message("Request Header Fields Too Large"),
        message("The header is longer than this server takes."),
    ),
    500: ("internal", message("Internal Server Error"), message("The fault is the server's, and has been noted.")),
    501: ("unsupported", message("Not Implemented"), message("This server does not offer this kind of query.")),
    503: (
        "unavailable",
        message("Service Unavailable"),
        message("The registration data cannot be reached. Try again later."),
    ),
}
"""Per status: the word for the log, the title and the description (RFC 9083 §6)."""


class Renderer(Protocol):
    """What turns answers into bytes; `directory.rdap.render` is one, those of `directory.markup` are others."""

    def render(self, answer: Answer, url: str) -> bytes:
        """The body of a 200 or 404."""

    def error(self, status: int, title: str, description: list[str], profile: Profile, url: str) -> bytes:
        """The body of any other status (RFC 9083 §6)."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A form that answers come in: as which service it is asked for, its renderer, the fields that go with it."""

    service: str
    renderer: Renderer
    headers: CIMultiDict[str]

    @classmethod
    def of(cls, service: str, content_type: str, renderer: Renderer) -> _Form:
        """With the fields that all answers have."""
        return cls(service, renderer, CIMultiDict({**_HEADERS, "Content-Type": content_type}))


class RdapServer:
    """The RDAP door of one process. `service` may be replaced between two requests."""

    def __init__(
        self,
        service: DirectoryService,
        renderer: Renderer,
        limits: Limits,
        recorder: Recorder,
        base_url: str | None = None,
        renderers: Mapping[str, Renderer] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`base_url` is the public one, up to and including `/rdap/`; without it the Host field tells. `renderers`
        are those of the plain forms, by media type with its parameters."""
        self.service = service
        self.base_url = base_url
        self._rdap = _Form.of(SERVICE, MEDIA_TYPE, renderer)
        plain = {name: _Form.of(PLAIN, name, each) for name, each in (renderers or {}).items()}
        self._plain = {name.partition(";")[0]: form for name, form in plain.items()}
        self._choose = media_types(tuple(self._plain))
        self._public = f"public, max-age={limits.max_age}"
        self._private = f"private, max-age={limits.max_age}"
        self._limits = limits
        self._recorder = recorder
        self._clock = clock
        self._servers: list[asyncio.Server] = []
        self._sweeper: asyncio.TimerHandle | None = None

    async def start(self, sockets: Sequence[socket.socket], backlog: int = 1024) -> None:
        """Begin to accept on listening sockets."""
        loop = asyncio.get_running_loop()
        self._http = ConnectionServer(
            self._respond, self._limits, self._refuse, self._clock, self._recorder.refused
        )
        self._sweep(loop)
        for sock in sockets:
            self._servers.append(await loop.create_server(self._http, sock=sock, backlog=backlog))

    async def stop(self, grace: float) -> None:
        """Accept no more, let the answers under way finish within `grace` seconds, end the rest."""
        for server in self._servers:
            server.close()
        self._http.pre_shutdown()
        await self._http.shutdown(grace)
        if self._sweeper is not None:
            self._sweeper.cancel()

    async def _respond(self, request: web.BaseRequest) -> web.StreamResponse:
        started = self._clock()
        if isinstance(request.protocol, Connection):
            request.protocol.request_came()
        query, word, response = await self._dispatch(request)
        body = response.body
        size = len(body) if isinstance(body, bytes) else 0
        self._recorder.answered(query, word, self._clock() - started, size, request.remote or "", response.status)
        return response

    async def _dispatch(self, request: web.BaseRequest) -> tuple[Query | None, str, web.Response]:
        fault = _host_fault(request)
        if fault:
            return None, _TITLES[400][0], self._error(request, 400, Sentence(fault))
        if request.method in _READS:
            return await self._answer(request)
        if request.method == "OPTIONS":
            return None, "preflight", web.Response(status=204, headers=_PREFLIGHT)
        return None, "method", self._error(request, 405)

    async def _answer(self, request: web.BaseRequest) -> tuple[Query | None, str, web.Response]:
        query: Query | None = None
        challenge = ""
        path = _path(request.raw_path)
        try:
            query = parse(path)
            form = self._form(request)
            requester = _requester(request, form.service)
            caching = self._caching(requester)
            async with asyncio.timeout(self._limits.answer_timeout):
                answer = await self.service.answer(query, requester)
            body = form.renderer.render(answer, self._url(request, path))
            return query, self._recorder.outcome(answer), _ok(request, answer, body, form, caching)
        except NotAdmitted as error:
            status, reason = 401, Sentence(authorization.explain(error.reason))
            challenge = authorization.challenge(error.reason)
        except NoSuchPath:
            status, reason = 404, _NOTHING
        except Malformed as error:
            status, reason = 400, error.said
        except Unsupported:
            status, reason = 501, _NOTHING
        except (StoreError, TimeoutError):
            _log.exception("an RDAP query could not reach the store")
            status, reason = 503, _NOTHING
        except Violated as error:
            self._recorder.violated(query, error.profile, error.violations)
            status, reason = 500, Sentence(message("The object does not keep to the profile of this service."))
        except Exception:
            _log.exception("an RDAP query failed")
            status, reason = 500, _NOTHING
        return query, _TITLES[status][0], self._error(request, status, reason, challenge)

    def _form(self, request: web.BaseRequest) -> _Form:
        """The plain form that the client prefers, else RDAP, whatever was asked for (RFC 7480 §4.2)."""
        if request.method not in _READS:  # also what HTTP could not read, which has no fields
            return self._rdap
        fields = request.headers.getall(hdrs.ACCEPT, None)
        chosen = self._choose(",".join(fields)) if fields else ""
        return self._plain[chosen] if chosen and _path(request.raw_path).startswith(PREFIX) else self._rdap

    def _caching(self, requester: Requester) -> str:
        """Who may keep the answer (RFC 9111 §5.2.2). A shared cache can tell keys apart, not the addresses that
        its clients have; what is not for everyone nobody keeps."""
        if requester.credential:
            return _KEEP_NOTHING
        gate = self.service.gate
        if not gate.tells_addresses_apart:
            return self._public
        return self._private if gate.admit(requester) == EVERYONE else _KEEP_NOTHING

    def _refuse(self, request: web.BaseRequest, status: int) -> web.Response:
        """A request that did not get as far as its path."""
        status = status if status in _TITLES else 400
        response = self._error(request, status)
        self._recorder.answered(None, _TITLES[status][0], 0.0, 0, request.remote or "", status)
        return response

    def _error(
        self, request: web.BaseRequest, status: int, reason: Sentence = _NOTHING, challenge: str = ""
    ) -> web.Response:
        _, title, text = _TITLES[status]
        try:
            form = self._form(request)
            wanted = languages(request.headers.get("Accept-Language", ""))
            profile = self.service.profiles.bound(None, form.service).speaking(wanted)
            url = self._url(request, _path(request.raw_path))
            said = _said(reason, profile.language)
            body = form.renderer.error(status, title, [text, said] if said else [text], profile, url)
            headers, language = CIMultiDict(form.headers), profile.language
        except Exception:
            _log.exception("an RDAP error object could not be rendered")
            body = b'{"rdapConformance":["rdap_level_0"],"errorCode":500,"title":"Internal Server Error"}'
            status, headers, language = 500, CIMultiDict(self._rdap.headers), "en"
        headers["Cache-Control"] = "no-store"
        headers["Content-Language"] = language
        if status == 401:
            headers["WWW-Authenticate"] = challenge
        if status == 405:
            headers["Allow"] = _ALLOW
        if status == 503:
            headers["Retry-After"] = "5"
        return web.Response(status=status, body=body, headers=headers)

    def _url(self, request: web.BaseRequest, path: str) -> str:
        """The URL of the request as links name it: a URI, not an IRI (RFC 7480 §9.1), without the query
        string, which means nothing to us (RFC 7480 §4.3)."""
        base = self.base_url or f"{request.scheme}://{_authority(request)}{PREFIX}"
        rest = path[len(PREFIX) :] if path.startswith(PREFIX) else ""
        return base + quote(rest.encode("utf-8", "surrogateescape"), safe=_PATH_SAFE)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        self._http.sweep()
        self._recorder.connections(self._http.open)
        self._sweeper = loop.call_later(SWEEP, self._sweep, loop)


_HEADERS: CIMultiDict[str] = CIMultiDict(
    {
        "Access-Control-Allow-Origin": "*",  # RFC 7480 §5.6
        "Vary": "Accept, Accept-Language, Authorization",
        "X-Content-Type-Options": "nosniff",
        "Server": "dnrd",
    }
)

_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": _ALLOW,
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Authorization, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
    "Allow": _ALLOW,
    "Server": "dnrd",
}


def _requester(request: web.BaseRequest, service: str) -> Requester:
    """Who asks, as far as the request says. Raises `NotAdmitted`."""
    fields = request.headers
    keys = fields.getall(hdrs.AUTHORIZATION, None)
    tongues = fields.getall(hdrs.ACCEPT_LANGUAGE, None)
    return Requester(
        service,
        request.remote or "",
        authorization.credential(keys) if keys else "",
        languages(",".join(tongues)) if tongues else (),
    )


def _ok(request: web.BaseRequest, answer: Answer, body: bytes, form: _Form, caching: str) -> web.Response:
    """The response that an answer goes in: a 200, 404 or 304."""
    tag = f'W/"{hashlib.blake2b(body, digest_size=9).hexdigest()}"'
    headers = CIMultiDict(form.headers)
    headers["Cache-Control"] = caching
    headers["Content-Language"] = answer.profile.language
    headers["ETag"] = tag
    if isinstance(answer, NotFound):
        return web.Response(status=404, body=body, headers=headers)
    if _matches(request.headers.get("If-None-Match"), tag):
        del headers["Content-Type"]
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, headers=headers)


def _said(reason: Sentence, language: str) -> str:
    """A reason in a language; what a library adds to it is English and said there only."""
    if primary(language) == "en":
        return str(reason)
    return reason.spoken(lambda text: translate(text, language))


def _path(target: str) -> str:
    """The path of a request target in origin or absolute form (RFC 9112 §3.2), without the query string."""
    if not target.startswith("/"):
        absolute = _ABSOLUTE.match(target)
        target = target[absolute.end() :] if absolute else ""
    return target.partition("?")[0].partition("#")[0] or "/"


def _host_fault(request: web.BaseRequest) -> str:
    """What is wrong with the host that was asked, if anything is (RFC 9112 §3.2). A Host field that is invalid
    is refused also where the target has the authority."""
    fields = request.headers.getall("Host", ())
    if len(fields) > 1:
        return message("There is more than one Host field.")
    if not fields and request.version >= HttpVersion11:
        return message("There is no Host field.")
    if fields and fields[0] and not _is_authority(fields[0]):  # empty where a target has no authority
        return message("The Host field names no host.")
    absolute = _absolute(request)
    if absolute is not None and not _is_authority(absolute):
        return message("The request target names no host.")
    return ""


def _is_authority(text: str) -> bool:
    """Whether a text names a host, and a port that there can be."""
    match = _AUTHORITY.match(text)
    if match is None:
        return False
    if match["v6"]:
        try:
            IPv6Address(match["v6"])
        except ValueError:
            return False
    return int(match["port"] or match["v6port"] or 0) <= _MOST_PORT


def _absolute(request: web.BaseRequest) -> str | None:
    """The authority of a target in absolute form."""
    target = request.raw_path
    absolute = None if target.startswith("/") else _ABSOLUTE.match(target)
    return None if absolute is None else absolute[1]


def _authority(request: web.BaseRequest) -> str:
    """The host and port that the client used: the target's, whatever the Host field says (RFC 9112 §3.2.2), else
    that of the field; the socket's own where there is neither."""
    host = _absolute(request) or request.headers.get("Host") or ""
    if _is_authority(host):
        return host.removesuffix(":")
    sockname = request.transport.get_extra_info("sockname") if request.transport is not None else None
    if not sockname:
        return "localhost"
    address = f"[{sockname[0]}]" if ":" in sockname[0] else sockname[0]
    return f"{address}:{sockname[1]}"


def _matches(field: str | None, tag: str) -> bool:
    """Whether an If-None-Match field names the tag, by weak comparison (RFC 9110 §13.1.2)."""
    if not field:
        return False
    opaque = tag.removeprefix("W/")
    return field.strip() == "*" or any(part.strip().removeprefix("W/") == opaque for part in field.split(","))
