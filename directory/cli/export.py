"""`dnrd export`: a deposit written from a store (RFC 8909, RFC 9022), for an escrow agent or another server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from directory import config
from directory.cli import intaking
from directory.cli.moments import moment_of
from directory.cli.profile.setting import PROFILE, Refusal, Setting, audience_of, with_setting
from directory.cli.stopping import Stopping, stopping
from directory.errors import DepositError
from directory.escrow.outlet import STANDARD_OUTPUT
from directory.model import format as formats

if TYPE_CHECKING:
    from directory.config import Settings
    from directory.escrow.envelope.openpgp import Keys
    from directory.escrow.export.disclosed import Disclosed
    from directory.escrow.export.export import Exported, Order, Progress
    from directory.escrow.export.frame import Frame
    from directory.escrow.export.place import Target
    from directory.model.catalogue import Catalogue
    from directory.profile.profile import Profile

_UNCHANGED = 3
"""The exit code where there are no changes to write."""
_OF_FILES = frozenset({".xml", ".gz", ".tar", ".ryde"})
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("export")
@click.option(
    "--repository",
    metavar="NAME",
    help="Which repository, if there are several, as NAME or TYPE:NAME.",
)
@click.option("--type", "type_", type=click.Choice(["full", "diff", "incr"]), default="full", show_default=True)
@click.option(
    "--since",
    metavar="TIME",
    callback=moment_of,
    help="Where a diff or an incr begins; else a diff at the deposit before the last, an incr at the last FULL.",
)
@click.option("--model", type=click.Choice(["xml", "csv"]), default="xml", show_default=True)
@click.option("--profile", "name", metavar="P", help=f"Only what this profile shows: {PROFILE}.")
@click.option(
    "--audience",
    metavar="NAME",
    help="For whom the deposit is made; else for the audience of the profile's disclosure that sees the most.",
)
@click.option("--id", "id_", metavar="ID", help="The deposit's id; else the day and second of its watermark.")
@click.option("--prev-id", metavar="ID", help="The id of the deposit at --since, if it has another one.")
@click.option("--resend", type=click.IntRange(0, 65_535), default=0, help="How many times it was sent before.")
@click.option("--checksum", type=click.Choice(["CRC32", "SHA256"]), default="CRC32", show_default=True)
@click.option(
    "--gzip", "is_packed", is_flag=True, help="Compress the XML, or each table; so does --out NAME.xml.gz."
)
@click.option(
    "--sign-key", type=_FILE, help="Our private key: sign the envelope with it; else the configured one."
)
@click.option("--passphrase", type=_FILE, help=config.help_of("escrow_passphrase"))
@click.option(
    "--encrypt-to",
    "recipients",
    multiple=True,
    type=_FILE,
    help="A public key to encrypt to, may be repeated; else the configured ones.",
)
@click.option("--segment", type=click.IntRange(0), metavar="OCTETS", help=config.help_of("escrow_segment"))
@click.option("--plain", "is_plain", is_flag=True, help="No envelope, though keys are configured.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="The file to write, - for the standard output; a folder for tables, and for an envelope, which names its "
    "files itself. A folder that is not there is made.",
)
@click.option(
    "--replace", "replace_", is_flag=True, help="Replace files of these names, if there are; else it is refused."
)
@with_setting()
def command(setting: Setting, out: Path, name: str | None, audience: str | None, **given: Any) -> None:
    """Write a deposit from a store: what it holds, or what was changed in it.

    It is of one state of the store, written under another name until it is whole. Without --profile all is written
    as it is in the store. With one, what its disclosure withholds is left out; where RFC 9022 asks for it, nothing
    is written, and what is missing is told. Beside the deposit is a report on it, with the suffix .rep, as escrow
    agents and ICANN want it; XML alone may go to the standard output or a FIFO, which has none.

    The exit code is 1 if what the store has makes no such deposit, 2 if it was asked for in a wrong way or cannot
    be written there, and 3 if nothing was changed since --since, so that there is nothing to send.

    In the CSV model --out is a folder with the XML and the tables in it. What has no place in a table stays in the
    XML: EPP parameters, policies, objects of extensions, and all objects of a kind if anything of one would be
    lost, which a note tells. With --sign-key or --encrypt-to, or `escrow_recipients` in the configuration, the
    deposit is put into the envelope of ICANN's contracts, in the folder --out; in several files, if it has more
    octets than a segment may.

    Ctrl-C or SIGTERM stops it while it writes, and nothing is left; what is whole by then is written.

    \b
        dnrd export --store sqlite:///registry.db --out deposit.xml.gz
        dnrd export --store sqlite:///registry.db --type diff --since 2026-01-01T00:00:00Z --out diff.xml
        dnrd export --store sqlite:///registry.db --model csv --gzip --out deposit/
        dnrd export --store sqlite:///registry.db --profile escrow --encrypt-to agent.asc --sign-key us.asc --out .
    """
    from directory.escrow.export.base import Unchanged
    from directory.escrow.export.export import Order
    from directory.escrow.export.place import Target

    order = Order(
        type=given["type_"].upper(),
        model=given["model"],
        repository=given["repository"],
        since=given["since"],
        id=_id(given["id_"], "--id"),
        prev_id=_id(given["prev_id"], "--prev-id"),
        resend=given["resend"],
        checksum=given["checksum"],
        is_packed=given["is_packed"] or out.suffix == ".gz",
    )
    if order.type == "FULL" and (order.since or order.prev_id):
        raise click.UsageError("a FULL deposit begins at nothing: --since and --prev-id are for diff and incr")
    if audience and not name:
        raise click.UsageError("--audience is for a --profile: without one, all is written")
    shown = disclosed(setting.load(name), audience, setting.catalogue) if name else None
    keys = _keys(setting.settings, given)
    try:
        with stopping() as stop:
            if keys.own or keys.recipients:
                octets = setting.settings.escrow_segment if given["segment"] is None else given["segment"]
                exported, places = _sealed(
                    setting, order, out, shown, keys, octets, stop, replace=given["replace_"]
                )
            else:
                target = Target(out, given["replace_"], work=intaking.work_of(setting.settings))
                exported = asyncio.run(_run(setting, order, target, shown, stop))
                places = [exported.place]
    except Unchanged as error:
        click.echo(f"{error.findings[0].to_text()}\nnothing is written", err=True)
        raise SystemExit(_UNCHANGED) from None
    except DepositError as error:
        for finding in error.findings:
            click.echo(finding.to_text(str(out)), err=True)
        more = f" ({error.hidden:,} more not shown)" if error.hidden else ""
        number = len(error.findings) + error.hidden
        click.echo(f"nothing is written: {number:,} finding{'s'[: number != 1]}{more}", err=True)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise Refusal("stopped; nothing is written") from None
    _print(exported, places, to_stream=exported.report is None)


def _keys(settings: Settings, given: Mapping[str, Any]) -> Keys:
    """The keys that seal the deposit, none if it is to be plain. A configured key of ours signs what is encrypted,
    or what --sign-key asks for: by itself, it is there to open what comes."""
    from directory.escrow.envelope.openpgp import Keys

    if given["is_plain"]:
        if given["sign_key"] or given["recipients"]:
            raise click.UsageError("--plain excludes --sign-key and --encrypt-to")
        return Keys()
    key = str(given["sign_key"] or settings.escrow_key)
    passphrase = str(given["passphrase"] or settings.escrow_passphrase)
    keys = intaking.keys_of(replace(settings, escrow_key=key, escrow_passphrase=passphrase))
    recipients = given["recipients"] or keys.recipients
    return replace(keys, signers={}, recipients=recipients) if recipients or given["sign_key"] else Keys()


def _id(text: str | None, option: str) -> str:
    if text is None:
        return ""
    if not (text.isascii() and text.replace("_", "a").isalnum() and len(text) <= 13):
        raise click.UsageError(f"{option}: {text!r} is not 1 to 13 letters and digits (RFC 8909 §6.1)")
    return text


def disclosed(profile: Profile, audience: str | None, catalogue: Catalogue) -> Disclosed:
    """What the profile shows to an audience, or to the one that sees the most. Raises `Refusal`."""
    from directory.access.standing import Standing
    from directory.escrow.export.disclosed import Disclosed
    from directory.profile.layout import Outline

    chosen = audience_of(audience, profile) if audience else _widest(profile)
    if not profile.is_for(chosen):
        known = ", ".join(sorted(profile.terms.audiences))
        raise Refusal(f"the profile {profile.name!r} is not for {chosen}, but for {known}")
    standing = Standing(chosen)
    return Disclosed(
        {kind: Outline().add(layout) for kind, layout in profile.layouts.items()},
        lambda graph: profile.present(graph, standing),
        catalogue,
        chosen,
        {table: shown for table in ("nndn", "idnTable") if (shown := _ruled(profile, table, chosen)) is not None},
        both=profile.terms.postal.both,
    )


def _widest(profile: Profile) -> str:
    """The audience that sees all that any other sees. Raises `Refusal` where there is none."""
    within = profile.disclosure.audiences.within
    everyone: frozenset[str] = frozenset().union(*within.values())
    for name in reversed(list(within)):
        if within[name] == everyone:
            return name
    raise Refusal(f"no audience sees all that others see: say for whom, by --audience: {', '.join(within)}")


def _ruled(profile: Profile, table: str, audience: str) -> frozenset[str] | None:
    """The elements of a table that the disclosure shows; None if it says nothing of the table. What depends on the
    object is not shown."""
    rules = {
        key.partition(".")[2]: rule
        for key, rule in profile.disclosure.rules.items()
        if key.startswith(f"{table}.")
    }
    within = profile.disclosure.audiences.seen_by((audience,))
    shown = frozenset(short for short, rule in rules.items() if rule.sees(within, lambda fact: None))
    return shown if rules else None


async def _run(
    setting: Setting, order: Order, target: Target, shown: Disclosed | None, stop: Stopping
) -> Exported:
    from directory.escrow.export.export import export
    from directory.store.open import open_snapshot
    from directory.store.sqlite import SqliteReader

    if not setting.settings.store:
        raise Refusal("no store is named: give --store sqlite:///PATH, or `store` in the configuration")
    reader = open_snapshot(setting.settings.store)
    await reader.start()
    if isinstance(reader, SqliteReader):
        kept = tuple(Path(f"{reader.path}{suffix}") for suffix in ("", "-wal", "-shm", "-journal"))
        target = replace(target, kept=kept)
    try:
        with _bar(stop) as progress:
            return await export(reader, order, target, setting.catalogue, shown, progress)
    finally:
        await reader.close()


@contextmanager
def _bar(stop: Stopping) -> Iterator[Progress]:
    """A bar for each kind of object, on a terminal; where it goes on, it is seen whether to stop."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:

        def progress(kind: str, number: int, total: int) -> None:
            stop.check()
            if kind not in tasks:
                tasks[kind] = bar.add_task(f"{kind.replace('_', ' ')}s", total=total)
            bar.advance(tasks[kind], number)

        yield progress


def _sealed(
    setting: Setting,
    order: Order,
    out: Path,
    shown: Disclosed | None,
    keys: Keys,
    segment_octets: int,
    stop: Stopping,
    *,
    replace: bool,
) -> tuple[Exported, Sequence[Path]]:
    """Write the deposit where nobody else reads, and put it into an envelope in the folder `out`."""
    from directory.escrow.envelope.sealing import seal
    from directory.escrow.envelope.workplace import workplace
    from directory.escrow.export.place import Target
    from directory.escrow.outlet import settled

    with _folder(out), workplace(out) as folder:
        exported = asyncio.run(_run(setting, order, Target(folder / "deposit"), shown, stop))
        stop.check()
        files = [exported.place]
        if order.model == "csv":
            files = sorted(exported.place.iterdir(), key=lambda file: (file.suffix != ".xml", file.name))
        elif order.is_packed:
            files = [exported.place.rename(folder / "deposit.gz")]
        name = _name(exported.frame)
        report = out / name.to_text(".rep")
        end = settled(report, replace=replace)
        limits = intaking.limits_of(setting.settings)
        places = seal(files, out, name, keys, segment_octets, limits, replace=replace)
        assert exported.report is not None
        exported.report.replace(end)
        return exported, [*places, report]


@contextmanager
def _folder(out: Path) -> Iterator[None]:
    """The folder of an envelope; it is not what has the name of a file. If it is made here, it stays only if all
    goes well. Raises `Refusal`."""
    is_new = not (out.exists() or out == STANDARD_OUTPUT or out.suffix in _OF_FILES)
    if not is_new and not out.is_dir():
        raise Refusal(
            f"{out} is no folder: an envelope goes into a folder, for it has names of its own; "
            "give --out a folder, or --plain"
        )
    if is_new:
        try:
            out.mkdir()
        except OSError as error:
            raise Refusal(f"{out}: the folder cannot be made: {error.strerror}") from error
    try:
        yield
    except BaseException:
        if is_new:
            with suppress(OSError):  # what came into it meanwhile stays
                out.rmdir()
        raise


def _name(frame: Frame) -> Any:
    """The name that the files of an envelope have."""
    from directory.escrow.envelope.name import FileName

    day = formats.moment(frame.watermark).date()
    return FileName(frame.repository, day, frame.type.lower(), 1, frame.resend)


def _print(exported: Exported, places: Sequence[Path], *, to_stream: bool) -> None:
    """Tell what was written: beside a stream, which may be the standard output, as errors are told."""
    tell = partial(click.echo, err=to_stream)
    for note, number in exported.notes.items():
        times = f" ({number:,} times)" if number > 1 else ""
        click.echo(f"note: {note}{times}", err=True)
    frame = exported.frame
    follows = f", after {frame.prev_id}" if frame.prev_id else ""
    tell(f"{frame.type} {frame.id} of {frame.repository}, watermark {frame.watermark}{follows}")
    for uri, number in frame.counts.items():
        tell(f"  {uri:<44}{exported.written.get(uri, 0):>12,} of {number:,}")
    if exported.deleted:
        tell(f"  {'deletes':<44}{exported.deleted:>12,}")
    total = sum(exported.written.values())
    rate = total / exported.seconds if exported.seconds else 0.0
    tell(f"{total:,} objects in {exported.seconds:.1f} s ({rate:,.0f} a second)")
    if to_stream:
        tell("note: there is no report (.rep): a stream has no place beside it")
    for place in places:
        tell(f"written: {place}")
