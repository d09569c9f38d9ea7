"""`dnrd key`: the bearer keys of requesters that are more than the public (RFC 6750)."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from directory import config
from directory.access import keyfile
from directory.access.gate import Gate, Registrars
from directory.access.key import Key, make
from directory.access.standing import AUTHENTICATED
from directory.cli import asking
from directory.config import Settings
from directory.document import Document
from directory.errors import DirectoryError, DocumentError, Finding

if TYPE_CHECKING:
    from directory.app import App

_DEFAULT_DAYS = 90
_MOST_DAYS = 1096
_DAYS = re.compile(r"([1-9][0-9]{0,4})d\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")

Command = TypeVar("Command", bound=Callable[..., Any])


def _places(command: Command) -> Command:
    """The options that say where the keys are."""
    for option in (
        click.option(
            "--config",
            "file",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="A file of settings, of which `keys` says where the keys are.",
        ),
        click.option(
            "--keys",
            "keys",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="The file of keys; made if there is none.",
        ),
    ):
        command = option(command)
    return command


@click.group("key")
def command() -> None:
    """Keys that make a requester of RDAP more than the public.

    A key is given to one requester, for a purpose and a time, and says which audience its holder is. The
    audiences, and what each may see, are the disclosure's. Only the hash of a key is kept: the key itself is shown
    once. A running server takes over within a second what is added or revoked here.

    \b
        dnrd key add --keys keys.json --name "Unit 4" --purpose "case 2026/17" --audience law-enforcement
        dnrd key add --keys keys.json --name "Registrar One" --purpose "own names" --registrar R-1 --expires 1096d
        curl -H "Authorization: Bearer dnrd_…" https://rdap.example/rdap/domain/NAME
        dnrd key list --keys keys.json
        dnrd key revoke --keys keys.json "Unit 4"

    The server finds the keys by its setting `keys`. Whoever reads a key can use it: offer RDAP to those who have
    one behind TLS only.
    """


@command.command("add")
@_places
@click.option("--name", required=True, help="Whose key it is, in up to 64 characters.")
@click.option("--purpose", required=True, help="What it is given for, in up to 255 characters.")
@click.option(
    "--audience", default="", help="The audience that its holder is, as the disclosure names it: law-enforcement."
)
@click.option(
    "--registrar",
    metavar="ID",
    default="",
    help="The registrar, by the registry's id, for whom its holder speaks; the audience is then "
    f"{AUTHENTICATED!r} unless another is given.",
)
@click.option(
    "--expires",
    metavar="WHEN",
    default=f"{_DEFAULT_DAYS}d",
    show_default=True,
    help=f"The last day (UTC), as 2027-01-31, or after how many days, as 90d; {_MOST_DAYS} days at most.",
)
@click.option("--store", metavar="URL", default="", help="A store that knows the registrar, else the setting's.")
def _add(
    keys: Path | None,
    file: Path | None,
    store: str,
    name: str,
    purpose: str,
    audience: str,
    registrar: str,
    expires: str,
) -> None:
    """Make a key and show it, once.

    The key goes to standard output, what there is to say about it to standard error. At least one of --audience
    and --registrar is needed. An audience that the disclosures of --config do not know (without it, those that are
    shipped), or a registrar that the store does not know, is noted, and the key is made all the same: it is good
    as soon as they do.

    \b
        dnrd key add --keys keys.json --name "Unit 4" --purpose "case 2026/17" --audience law-enforcement
        dnrd key add --config dnrd.yaml --name "R. One" --purpose "own names" --registrar R-1 --expires 2027-01-31

    The exit code is 1 if the key could not be kept, as where a good one has that name already.
    """
    if not audience and not registrar:
        raise click.UsageError("give --audience, or --registrar, or both: a key says who its holder is")
    now = datetime.fromtimestamp(int(time.time()), UTC)
    path = _path(keys, file)
    key, text = make(name, purpose, now, _expiry(expires, now), audience, registrar)
    _check(key)
    is_new = not path.exists()
    _act(lambda: keyfile.add(path, key))
    for note in _notes(key, _act(lambda: config.load(file, {"store": store} if store else {}))):
        click.echo(note.to_text(), err=True)
    whose = f"{key.standing.audience}{f', for the registrar {registrar}' if registrar else ''}"
    click.echo(f"Key {key.id} for {name!r} ({whose}), good until {_shown(key.expires)}.", err=True)
    if is_new and file is None:
        click.echo(f"{path} is new: the server needs `keys: {path}` in its configuration.", err=True)
    click.echo("It is shown this once; what is kept cannot be turned back into it:", err=True)
    click.echo(text)


@command.command("list")
@_places
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def _list(keys: Path | None, file: Path | None, form: str) -> None:
    """List every key that was made, good or not.

    That is whose it is, for what, for which audience and until when (UTC). The keys themselves are not kept and
    cannot be shown.

    \b
        dnrd key list --keys keys.json
        dnrd key list --config dnrd.yaml --format json
    """
    path = _path(keys, file)
    found = _act(lambda: keyfile.load(path))
    now = datetime.now(UTC)
    if form == "json":
        click.echo(json.dumps([_plain(key, now) for key in found], indent=2, ensure_ascii=False))
    elif found:
        _print_table(found, now)
    else:
        click.echo(f"{path} has no keys; `dnrd key add --help` says how to make one", err=True)


@command.command("revoke")
@_places
@click.argument("key", metavar="ID|NAME")
def _revoke(keys: Path | None, file: Path | None, key: str) -> None:
    """Revoke a key, for good.

    It is named by its id or by its holder's name. Running servers refuse it within a second. The exit code is 1 if
    there is no such key, or it was revoked before.

    \b
        dnrd key revoke --keys keys.json "Unit 4"
        dnrd key revoke --config dnrd.yaml jx4qbp5e
    """
    path = _path(keys, file)
    now = datetime.fromtimestamp(int(time.time()), UTC)
    revoked = _act(lambda: keyfile.revoke(path, key, now))
    click.echo(f"Key {revoked.id} of {revoked.name!r} is revoked.", err=True)


Result = TypeVar("Result")


def _act(act: Callable[[], Result]) -> Result:
    try:
        return act()
    except DirectoryError as error:
        raise click.ClickException(str(error)) from error


def _path(keys: Path | None, file: Path | None) -> Path:
    """Where the keys are; links are followed, for the file that is meant is to be replaced."""
    if keys is None and file is not None:
        named = _act(lambda: config.load(file)).keys
        if not named:
            raise click.UsageError(f"{file} has no setting `keys`: add `keys: /path/to/keys.json`, or give --keys")
        keys = Path(named)
    if keys is None:
        raise click.UsageError("where are the keys? Give --keys FILE, or --config FILE with the setting `keys`")
    return keys.resolve()


def _expiry(text: str, now: datetime) -> datetime:
    """The moment that a key is good until: the end of a day, or so many days from now."""
    days = _DAYS.match(text)
    if days:
        expiry = now + timedelta(days=min(int(days[1]), _MOST_DAYS + 1))
    else:
        expiry = datetime.combine(_date(text), clock_time(23, 59, 59), UTC)
    if expiry <= now:
        raise click.BadParameter(f"{text} is past", param_hint="--expires")
    if expiry > now + timedelta(days=_MOST_DAYS):
        latest = (now + timedelta(days=_MOST_DAYS - 1)).date()
        said = f"{text} is too far away: {latest} or {_MOST_DAYS}d at most. Keys are renewed by making new ones"
        raise click.BadParameter(said, param_hint="--expires")
    return expiry


def _date(text: str) -> date:
    try:
        if _DATE.match(text):
            return date.fromisoformat(text)
        said = f"{text!r} is no day like 2027-01-31 and no number of days like {_DEFAULT_DAYS}d"
    except ValueError as error:
        said = f"{text!r}: {error}"
    raise click.BadParameter(said, param_hint="--expires")


def _check(key: Key) -> None:
    """Refuse what the file could not hold."""
    from directory.schema import check  # jsonschema takes 60 ms to import

    data = json.loads(msgspec.json.encode(keyfile.KeyFile((key,))))
    for finding in check(Document("", data, {}), keyfile.SCHEMA):
        hint = f" ({finding.hint})" if finding.hint else ""
        raise click.BadParameter(finding.message + hint, param_hint=f"--{finding.place.rpartition('.')[2]}")


def _notes(key: Key, settings: Settings) -> Iterator[Finding]:
    """What is probably not meant: an audience that no disclosure knows, a registrar that the store does not."""
    from directory import app  # takes a while to import: only who makes a key pays

    try:
        profiles = app.profiles_of(settings)
    except DocumentError as error:
        yield Finding("--audience", "the profiles", f"it cannot be looked up: {error}", warning=True)
        return
    yield from Gate(relations=profiles.relations).check_standing("--audience", key.standing, profiles.audiences)
    if key.registrar and settings.store:
        try:
            known = asyncio.run(_registrars(app.build(asking.without_doors(settings))))
        except DirectoryError as error:
            yield Finding("--registrar", "the store", f"it cannot be looked up: {error}", warning=True)
            return
        yield from known.check("--registrar", key.registrar)


async def _registrars(application: App) -> Registrars:
    await application.start()
    try:
        return await asking.registrars(application.store)
    finally:
        await application.close()


def _plain(key: Key, now: datetime) -> dict[str, Any]:
    """All that is kept of a key but the hash of its secret, and whether it is good."""
    return {
        "id": key.id,
        "name": key.name,
        "purpose": key.purpose,
        "audience": key.standing.audience,
        "registrar": key.registrar or None,
        "state": key.state(now),
        "created": _shown(key.created),
        "expires": _shown(key.expires),
        "revoked": _shown(key.revoked) if key.revoked else None,
    }


def _print_table(keys: Sequence[Key], now: datetime) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        "Id", "State", "Good until", "Audience", "Registrar", "Name", "Purpose", box=None, pad_edge=False
    )
    for key in keys:
        state = key.state(now)
        row = (
            key.id,
            state,
            f"{key.expires:%Y-%m-%d}",
            key.standing.audience,
            key.registrar,
            key.name,
            key.purpose,
        )
        table.add_row(*map(Text, row), style="" if state == "good" else "dim")
    # Where nobody looks, nothing is cut off.
    console = Console()
    console = console if console.is_terminal else Console(width=400)
    console.print(table)


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
