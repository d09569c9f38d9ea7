"""`dnrd query`: asks the hall without a socket, and shows what a door would answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import click

from directory import config
from directory.answer import Answer, NotFound
from directory.errors import DirectoryError, QueryError
from directory.query import Query, Requester


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
@click.option("--config", "file", type=click.Path(path_type=Path), help="A file of settings, as for `dnrd serve`.")
@click.argument("query", nargs=-1, required=True)
def command(store: str | None, service: str, file: Path | None, query: tuple[str, ...]) -> None:
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
        answer, body = asyncio.run(_answer(" ".join(query), service, config.load(file, flags)))
    except QueryError as error:
        click.echo(f"the query cannot be answered: {error}", err=True)
        raise SystemExit(2) from None
    except DirectoryError as error:
        raise click.ClickException(str(error)) from error
    click.echo(body, nl=False)
    raise SystemExit(1 if isinstance(answer, NotFound) else 0)


async def _answer(text: str, service: str, settings: config.Settings) -> tuple[Answer, bytes]:
    from directory import app  # what answers takes a while to import: `dnrd query --help` need not wait

    built = app.build(settings)
    await built.start()
    try:
        query = _parser(text, service)(built.store.zone_of)
        answer = await built.service.answer(query, Requester(service, "127.0.0.1"))
    finally:
        await built.close()
    if service == "whois":
        from directory.whois.render import render as render_whois

        return answer, render_whois(answer)
    from directory.rdap.render import render as render_rdap

    return answer, render_rdap(answer, f"{built.rdap_url or 'http://localhost/rdap/'}{text}") + b"\n"


def _parser(text: str, service: str) -> Callable[[Callable[[str], str | None]], Query]:
    """A path of RDAP if it looks like one and RDAP is wanted, else a line of WHOIS."""
    from directory.rdap import query as rdap
    from directory.whois import query as whois

    is_path = service == "rdap" and ("/" in text or text == "help")
    if is_path:
        return lambda _: rdap.parse(f"/rdap/{text}")
    return lambda zone_of: whois.parse(text.encode(), zone_of)
