"""`dnrd model`: what the data model knows, by table or element (SAC054 §4), and how a registry fills it."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from directory.cli import grid
from directory.errors import DocumentError
from directory.model.catalogue import Catalogue
from directory.model.element import Element, Table

HEADS = {
    "en": ("Element", "Type", "Values", "Name", "Source"),
    "es": ("Elemento", "Tipo", "Valores", "Nombre", "Fuente"),
}
PLACES = (("xml", "XML"), ("csv", "CSV"), ("rdap", "RDAP"), ("whois", "WHOIS"))


_SHOW, _REPORT = "show", "report"


class _Model(click.Group):
    """Shows the model unless a report is asked for; what makes that is loaded then."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args[:1] not in ([_SHOW], [_REPORT]) and not set(args[:1]) & set(ctx.help_option_names):
            args = [_SHOW, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [_REPORT, _SHOW]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != _REPORT:
            return super().get_command(ctx, cmd_name)
        found: click.Command = importlib.import_module("directory.cli.modelreport").command
        return found


@click.group("model", cls=_Model)
def command() -> None:
    """Show the data model: what a registry can know of a name, and where each element lives.

    Without an argument the tables are listed; TABLE lists its elements, ELEMENT tells all about one. The keys,
    such as contact.voice, are what profiles and disclosure rules use to name an element.

    \b
      dnrd model                         the tables
      dnrd model domain                  the elements of a domain, SAC054's first
      dnrd model contact.voice           one element: meaning, type, place in a deposit, in RDAP and WHOIS
      dnrd model domain --lang es        in Spanish, with SAC054's own names
      dnrd model --format json           everything, for a program
      dnrd model social --extension social.yaml
                                         what your own extension declares; its faults, if it has any
      dnrd model show --help             these options
      dnrd model report --help           how full each element of a store is
    """


@command.command(_SHOW)
@click.argument("name", required=False, metavar="[TABLE|ELEMENT]")
@click.option(
    "--lang", type=click.Choice(["en", "es"]), default="en", show_default=True, help="Language of the words."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--extension",
    "extensions",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Extension document of your own to read besides the shipped ones; may be repeated.",
)
def _show(name: str | None, lang: str, form: str, extensions: Sequence[Path]) -> None:
    """List the tables, the elements of a TABLE, or all about an ELEMENT. `show` may be left out.

    The exit code is 1 if there is no such table or element.

    \b
        dnrd model show contact.voice
        dnrd model domain --lang es
    """
    try:
        catalogue = Catalogue.load(extensions)
    except DocumentError as error:
        raise click.ClickException(str(error)) from error
    chosen = _chosen(catalogue, name)
    if form == "json":
        click.echo(json.dumps(_plain(chosen, lang), ensure_ascii=False, indent=2))
    elif isinstance(chosen, Element):
        grid.show(_facts(chosen, lang))
    elif isinstance(chosen, Table):
        click.echo(f"{chosen.name}: {chosen.description.text(lang)} [{chosen.source}]")
        grid.show((_line(element, lang) for element in chosen.elements), HEADS[lang])
    else:
        grid.show(_overview(catalogue, lang))


def _chosen(catalogue: Catalogue, name: str | None) -> Catalogue | Table | Element:
    """The table or element of that name, or all."""
    if name is None:
        return catalogue
    found = catalogue.tables.get(name) or catalogue.elements.get(name)
    if found is None:
        hint = catalogue.suggest(name)
        raise click.ClickException(f"no table or element {name!r}{': ' + hint if hint else ''}")
    return found


def _overview(catalogue: Catalogue, lang: str) -> Iterable[tuple[str, ...]]:
    for table in catalogue.tables.values():
        of = f" ({', '.join(table.of)})" if table.of else ""
        yield table.name + of, str(len(table.elements)), table.description.text(lang), table.source


def _count(element: Element) -> str:
    """Its cardinality, as SAC054 appendix A writes it."""
    if element.never:
        return "never"
    high = ".." if element.max is None else str(element.max)
    return high if high == str(element.min) else f"{{{element.min},{high}}}"


def _line(element: Element, lang: str) -> tuple[str, ...]:
    kind = f"{element.type} {element.group}" if element.group else element.type
    return element.key, kind, _count(element), element.long.text(lang), element.source


def _facts(element: Element, lang: str) -> Iterable[tuple[str, str]]:
    """What there is to say of one element."""
    yield element.key, element.long.text(lang)
    yield "", element.description.text(lang)
    yield HEADS[lang][1], f"{element.type}{' ' + element.group if element.group else ''}"
    yield HEADS[lang][2], _count(element)
    for value, words in element.values.items():
        yield "", f"{value}: {words.text(lang)}"
    if element.printed:
        yield ("SAC054 prints" if lang == "en" else "SAC054 imprime"), element.printed
    if element.origin != "deposit":
        yield ("Comes from" if lang == "en" else "Procede de"), element.origin
    for field, label in PLACES:
        if place := getattr(element, field):
            yield label, place
    yield HEADS[lang][4], element.source


def _plain(chosen: Catalogue | Table | Element, lang: str) -> Any:
    """The same as plain data; every field is there, so that a program need not guess."""
    if isinstance(chosen, Catalogue):
        return {name: _plain(table, lang) for name, table in chosen.tables.items()}
    plain = {"long": chosen.long.text(lang), "description": chosen.description.text(lang), "source": chosen.source}
    if isinstance(chosen, Table):
        elements = [_plain(element, lang) for element in chosen.elements]
        return {
            "table": chosen.name,
            "of": chosen.of,
            "extension": chosen.extension,
            **plain,
            "elements": elements,
        }
    fields = ("short", "printed", "type", "group", "origin", "lang", "never", "min", "max", *dict(PLACES))
    values = {value: words.text(lang) for value, words in chosen.values.items()}
    return {"key": chosen.key, **plain, **{name: getattr(chosen, name) for name in fields}, "values": values}
