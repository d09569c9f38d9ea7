"""`dnrd profile diff`: what would change if one profile or disclosure stood instead of another."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from directory.cli import asking, grid
from directory.cli.profile.setting import PROFILE, Refusal, Setting, audience_of, with_setting
from directory.cli.scanning import KINDS, scanned, with_objects
from directory.profile.differences import Difference, differences

if TYPE_CHECKING:
    from directory.profile.compare import Comparison, Count
    from directory.profile.profile import Profile
    from directory.store.reader import Reader
    from directory.store.result import Hit
    from directory.store.scan import ObjectKind

_HEADS = ("Audience", "Object", "Element", "Change", "Objects", "Share", "For example", "Before", "After")
_SHOWN = {
    "value": "other value",
    "label": "other label",
    "redaction": "withheld otherwise",
    "order": "other order",
}
_LONGEST = 50
_NAMED = 6


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="[B]", required=False)
@click.option("--profile", metavar="P", help=f"Under which profile A and B, two disclosures, stand: {PROFILE}.")
@click.option(
    "--disclosure", metavar="D", help="The disclosure of B, or of A, if there is no B: a file or a name."
)
@click.option(
    "--audience",
    "audiences",
    multiple=True,
    help="Who asks, as the disclosures name it; may be given several times. All of them if not given.",
)
@click.option("--registrar", metavar="ID", default="", help="For which registrar, by the registry's id, they ask.")
@with_objects
@click.option("--no-values", is_flag=True, help="Leave out the examples, so that no value of an object is told.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_setting()
def command(
    setting: Setting,
    before: str,
    after: str | None,
    profile: str | None,
    disclosure: str | None,
    audiences: Sequence[str],
    registrar: str,
    kinds: Sequence[ObjectKind],
    sample: int | None,
    seed: int,
    no_values: bool,
    form: str,
) -> None:
    """Show what would change if the profile B stood instead of A.

    First the documents themselves, with all that they extend and the disclosures that they name: elements, labels,
    cardinalities, texts, and who sees what. Then, if there is a store, what every object of it says to each
    audience under either: which elements appear, disappear, have another value or label, are withheld in another
    way, or stand in another order, in how many objects, with an example as that audience sees it.

    A and B may be two disclosures, under one profile; or B is A under another disclosure.

    \b
        dnrd profile diff gtld-whois mine.yaml --store sqlite:///registry.db
        dnrd profile diff gtld-rdap mine.yaml --store sqlite:///registry.db --audience public --sample 5000
        dnrd profile diff gtld-disclosure new.yaml --profile gtld-rdap --store sqlite:///registry.db
        dnrd profile diff gtld-rdap --disclosure new.yaml --format json

    THE EXAMPLES MAY HAVE PERSONAL DATA IN THEM, if an audience sees them; --no-values leaves them out. The exit
    code is 0 if there is no difference, 1 if there is one, and 2 if the two could not be compared.
    """
    old, new = _sides(setting, before, after, profile, disclosure)
    for audience in audiences:
        audience_of(audience, old, new)
    found = list(differences(old, new, audiences))
    names = list(audiences) or list(
        dict.fromkeys((*old.disclosure.audiences.names, *new.disclosure.audiences.names))
    )
    comparison = None
    if setting.settings.store:
        try:
            comparison = asyncio.run(_compare(setting, (old, new), names, registrar, kinds, sample, seed))
        except KeyboardInterrupt:
            raise Refusal("stopped; nothing is known of the objects") from None
    if form == "json":
        click.echo(json.dumps(_plain(old, new, found, comparison, no_values), ensure_ascii=False, indent=2))
    else:
        _print(old, new, found, comparison, no_values)
    if comparison is None:
        click.echo("note: no store is named, so only the documents were compared", err=True)
    changed = comparison is not None and any(each.changed for each in comparison.tallies.values())
    raise SystemExit(1 if found or changed else 0)


def _sides(
    setting: Setting, before: str, after: str | None, profile: str | None, disclosure: str | None
) -> tuple[Profile, Profile]:
    """The two profiles, each loaded by itself, as both may be bound to the same zones."""
    if setting.is_disclosure(before):
        if after is None or profile is None:
            raise Refusal(f"{before} is a disclosure: give another as B, and the --profile that both stand under")
        return setting.load(profile, before), setting.load(profile, after)
    if profile is not None:
        raise Refusal(f"{before} is a profile itself: --profile is for the comparison of two disclosures")
    if after is None and disclosure is None:
        raise Refusal("compare with what? Give a second profile, or another --disclosure")
    return setting.load(before), setting.load(after or before, disclosure)


async def _compare(
    setting: Setting,
    sides: tuple[Profile, Profile],
    audiences: Sequence[str],
    registrar: str,
    kinds: Sequence[ObjectKind],
    sample: int | None,
    seed: int,
) -> Comparison:
    from directory.access.standing import Standing
    from directory.profile.audit import name_of
    from directory.profile.compare import Comparison

    comparison = Comparison(*sides)
    said = [kind for kind in KINDS if any(kind in side.layouts for side in sides)]
    standings = [Standing(audience, registrar) for audience in audiences]
    zones = [tld for side in sides for tld in side.tlds]
    async with setting.store(*sides) as reader:
        for note in await asking.notes_on(registrar, reader):
            click.echo(f"note: {note}", err=True)
        is_one = reader.has_one_repository()
        async for kind, hit in scanned(reader, [each for each in said if each in (kinds or said)], sample, seed):
            if "*" in zones or _is_in(_zone_of(kind, hit, reader), zones):
                for standing in standings:
                    there = standing.within(hit.repository, is_one)
                    comparison.add(kind, name_of(hit.graph), hit.graph, there)
    return comparison


def _zone_of(kind: ObjectKind, hit: Hit, reader: Reader) -> str:
    """The zone by which the profile of an object is chosen: that of its name, else that of its repository."""
    from directory.profile.audit import name_of

    own = reader.zone_of(name_of(hit.graph).split(" ")[0]) if kind in ("domain", "host") else None
    return own or reader.zone_of(hit.repository) or ""


def _is_in(zone: str, tlds: Sequence[str]) -> bool:
    return any(zone == tld or zone.endswith(f".{tld}") for tld in tlds)


def _print(
    old: Profile, new: Profile, found: Sequence[Difference], comparison: Comparison | None, no_values: bool
) -> None:
    for mark, side in (("-", old), ("+", new)):
        click.secho(f"{mark}{mark}{mark} {_named(side)}", bold=True)
    for (what, before, after), where in _grouped(found).items():
        more = f" and {len(where) - _NAMED} more" if len(where) > _NAMED else ""
        click.echo(f"{what}: {', '.join(where[:_NAMED])}{more}")
        click.secho(f"  - {before}", fg="red")
        click.secho(f"  + {after}", fg="green")
    if not found:
        click.echo("the documents do not differ")
    if comparison is None:
        return
    rows = [_row(each, comparison, no_values) for each in comparison.counts()]
    if rows:
        click.echo()
        grid.show(rows, _HEADS[: len(rows[0])], right=(4, 5))
    click.echo()
    for line in _conclusion(comparison):
        click.echo(line)


def _named(side: Profile) -> str:
    return (
        f"{side.name} {side.version} from {side.since}, "
        f"disclosed by {side.disclosure.name} {side.disclosure.version} from {side.disclosure.since}"
    )


def _grouped(found: Sequence[Difference]) -> dict[tuple[str, str, str], list[str]]:
    """The differences of which many are alike, with what they are of."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for each in found:
        groups.setdefault((each.what, each.before, each.after), []).append(each.where)
    return groups


def _row(count: Count, comparison: Comparison, no_values: bool) -> tuple[str, ...]:
    tally = comparison.tallies[count.audience, count.kind]
    row = (
        count.audience,
        count.kind,
        count.path or "(all)",
        _SHOWN.get(count.what, count.what),
        f"{count.objects:,}",
        f"{count.objects / tally.objects:.2%}",
    )
    return row if no_values else (*row, count.name, _short(count.before), _short(count.after))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _conclusion(comparison: Comparison) -> Iterator[str]:
    """A line for each audience: how many objects would be said otherwise to it."""
    said: dict[str, list[str]] = {}
    for (audience, kind), tally in comparison.tallies.items():
        number = f"{tally.changed:,}" if tally.changed else "none"
        said.setdefault(audience, []).append(f"{number} of {tally.objects:,} {kind}s")
    for audience, numbers in said.items():
        yield f"to {audience} would be said otherwise: {', '.join(numbers)}"
    if not said:
        yield "the store has no such objects"


def _plain(
    old: Profile, new: Profile, found: Sequence[Difference], comparison: Comparison | None, no_values: bool
) -> dict[str, Any]:
    """The same for programs: every difference by itself."""
    plain: dict[str, Any] = {
        side: {
            "profile": {"name": each.name, "version": each.version, "from": each.since, "file": each.terms.file},
            "disclosure": {
                "name": each.disclosure.name,
                "version": each.disclosure.version,
                "from": each.disclosure.since,
                "file": each.disclosure.file,
            },
        }
        for side, each in (("before", old), ("after", new))
    }
    plain["documents"] = [
        {"what": each.what, "where": each.where, "before": each.before, "after": each.after} for each in found
    ]
    if comparison is not None:
        plain["objects"] = [
            {"audience": audience, "kind": kind, "objects": tally.objects, "changed": tally.changed}
            for (audience, kind), tally in comparison.tallies.items()
        ]
        plain["changes"] = [_count(each, no_values) for each in comparison.counts()]
    return plain


def _count(count: Count, no_values: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "audience": count.audience,
        "kind": count.kind,
        "element": count.path,
        "change": count.what,
        "objects": count.objects,
    }
    if not no_values:
        entry["example"] = {"object": count.name, "before": count.before, "after": count.after}
    return entry
