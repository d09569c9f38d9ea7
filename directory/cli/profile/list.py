"""`dnrd profile list`: which profiles there are, and which are in force."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from directory.cli import grid
from directory.cli.profile.setting import Reading, Setting, Source, key_of, shipped, since, with_setting
from directory.profile.loader import document_of, named
from directory.profile.profile import Profile

_HEADS = ("Name", "Version", "From", "Service", "Zones", "For", "Languages", "Markup", "Disclosure", "In force",
          "Title")  # fmt: skip


@click.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_setting(store=False)
def command(setting: Setting, form: str) -> None:
    """List the profiles that are shipped and those that are configured.

    Those in force speak for their zones and services today. With --config that is what the file's `profiles`
    names; without it, what a server has that names none. A profile is for everyone if `For` is empty.

    \b
        dnrd profile list
        dnrd profile list --config dnrd.yaml --format json

    The exit code is 2 if a configured profile cannot be read or has a fault.
    """
    entries = list(_entries(setting))
    if form == "json":
        click.echo(json.dumps(entries, ensure_ascii=False, indent=2))
    else:
        grid.show(map(_row, entries), _HEADS)


def _entries(setting: Setting) -> Iterator[dict[str, Any]]:
    """The profiles, the configured ones first."""
    force = {(each.name, each.since) for each in setting.profiles().all}
    reading = setting.reading()
    configured = setting.sources()
    for source in configured:
        yield from _entry(setting, reading, source, force)
    for name in shipped():
        source = named(name)
        if key_of(document_of(source)) not in reading.known:
            yield from _entry(setting, reading, source, set())


def _entry(
    setting: Setting, reading: Reading, source: Source, force: set[tuple[str, str]]
) -> Iterator[dict[str, Any]]:
    """What there is to say of a document, if it is a profile."""
    if key_of(document_of(source))[0]:
        return
    document = reading.add(source)
    profile = reading.library.build(document, max(setting.today, since(document)))
    yield _plain(profile, (profile.name, profile.since) in force)


def _plain(profile: Profile, in_force: bool) -> dict[str, Any]:
    terms = profile.terms
    return {
        "name": profile.name,
        "version": profile.version,
        "from": profile.since,
        "service": profile.service,
        "zones": list(profile.tlds),
        "for": sorted(terms.audiences),
        "languages": list(terms.languages),
        "markup": terms.markup,
        "disclosure": profile.disclosure.name,
        "inForce": in_force,
        "title": profile.title,
        "file": terms.file,
    }


def _row(entry: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        (", ".join(value) if isinstance(value, list) else {True: "yes", False: ""}.get(value, value))
        for key, value in entry.items()
        if key != "file"
    )
