"""`dnrd query`: asks the hall without a socket, and shows what a door would answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import click

from directory import config
from directory.answer import Answer, NotFound
from directory.errors import DirectoryError, QueryError
from directory.model import format as text_format
from directory.query import Help, Kind, Query, Requester


@click.command("query")
@click.option("--store", metavar="URL", help=config.help_of("store"))
@click.option(
    "--format",
    "service",
    type=click.Choice(["whois", "rdap"]),
    default="whois",
    show_default=True,
    help="As which service to answer; each has its own profile.",
)
@click.option("-L", "--language", metavar="TAG", default="", help="The language to answer in, if the profile has it.")
@click.option("--config", "file", type=click.Path(path_type=Path), help="A file of settings, as for `dnrd serve`.")
@click.argument("query", nargs=-1, required=True)
def command(
    store: str | None, service: str, language: str, file: Path | None, query: tuple[str, ...]
) -> None:
    """Answer QUERY from a store, as the public would be answered.

    With --format rdap, QUERY may be a path below /rdap/ as well. The exit code is 0 if something was found, 1 if
    nothing was, and 2 if the query cannot be understood.

    \b
        dnrd query --store sqlite:///registry.db one.example
        dnrd query --store sqlite:///registry.db nameserver 192.0.2.1
        dnrd query --store sqlite:///registry.db --format rdap entity/9995
    """
    flags = {"store": store} if store else {}
    try:
        languages = (text_format.language(language),) if language else ()
        answer, body = asyncio.run(_answer(" ".join(query), service, languages, config.load(file, flags)))
    except QueryError as error:
        click.echo(f"the query cannot be answered: {error}", err=True)
        raise SystemExit(2) from None
    except DirectoryError as error:
        raise click.ClickException(str(error)) from error
    click.echo(body, nl=False)
    raise SystemExit(1 if isinstance(answer, NotFound) else 0)


async def _answer(
    text: str, service: str, languages: tuple[str, ...], settings: config.Settings
) -> tuple[Answer, bytes]:
    from directory import app  # what answers takes a while to import: `dnrd query --help` need not wait

    built = app.build(settings)
    await built.start()
    try:
        query, flagged = _parse(text, service, built.store.zone_of)
        # From no address: whatever is configured for this machine's, the public is answered.
        answer = await built.service.answer(query, Requester(service, "", languages=languages or flagged))
    finally:
        await built.close()
    if service == "whois":
        from directory.whois.render import render as render_whois

        return answer, render_whois(answer)
    from directory.rdap.render import render as render_rdap

    path = text if _is_path(text) else _path(query)
    return answer, render_rdap(answer, f"{built.rdap_url or 'http://localhost/rdap/'}{path}") + b"\n"


def _parse(
    text: str, service: str, zone_of: Callable[[str], str | None]
) -> tuple[Query, tuple[str, ...]]:
    """A path of RDAP if it looks like one and RDAP is wanted, else a line of WHOIS."""
    from directory.rdap import query as rdap
    from directory.whois import query as whois

    if service == "rdap" and _is_path(text):
        return rdap.parse(f"/rdap/{text}"), ()
    return whois.parse(text.encode(), zone_of)


def _is_path(text: str) -> bool:
    return "/" in text or text == "help"


def _path(query: Query) -> str:
    """What RDAP would have been asked with (RFC 9082 §3)."""
    if isinstance(query, Help):
        return "help"
    kinds = {Kind.ADDRESS: "nameservers?ip=", Kind.REGISTRAR: "entity/", Kind.ENTITY: "entity/"}
    return kinds.get(query.kind, f"{query.kind}/") + quote(query.key, safe=":")
