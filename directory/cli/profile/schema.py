"""`dnrd profile schema`: the JSON Schema of what a profile answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from directory.cli.profile.setting import Refusal, Setting, audience_of, with_setting

if TYPE_CHECKING:
    from directory.profile.promise import Promises
    from directory.profile.valueschema import Json


@click.command("schema")
@click.argument("name", metavar="P")
@click.option(
    "--markup",
    type=click.Choice(["rdap", "json"]),
    help="Of the RDAP body, or of plain JSON; by default what the profile speaks.",
)
@click.option("--audience", metavar="A", default="public", show_default=True, help="Of the answers to whom.")
@click.option(
    "--any-object",
    is_flag=True,
    help="Of the answers about any object, not only about those that keep to the profile.",
)
@with_setting(store=False)
def command(setting: Setting, name: str, markup: str | None, audience: str, any_object: bool) -> None:
    """Print the JSON Schema (2020-12) of what the profile P answers.

    P is a file, or the name of a profile that is shipped or configured. The schema is exact: it names every member
    that an answer may have and allows no other, says which are always there, because the profile demands them and
    they are not hidden from the audience, and gives types, formats and lengths. It is made from the profile and
    its disclosure, so it changes with them. Programs that read the answers can be made and tested by it.

    \b
        dnrd profile schema gtld-rdap
        dnrd profile schema gtld-rdap --audience law-enforcement > answer.schema.json
        dnrd profile schema mine.yaml --markup json

    It holds for every answer about an object that keeps to the profile; which objects do, `dnrd profile audit`
    tells. An answer about another object lacks what that lacks, if the profile serves it: --any-object gives a
    schema of all answers, in which nothing is demanded that the registry might not have. A registrar sees more of
    the objects that it sponsors: the audience is then the one that the disclosure has for the sponsor.
    """
    profile = setting.load(name)
    markup = markup or ("rdap" if profile.service == "rdap" else "json")
    if markup == "rdap" and profile.service != "rdap":
        raise Refusal(f"{profile.name!r} is bound to the service {profile.service!r} and never answers over RDAP")
    from directory.profile.promise import Promises

    promises = Promises(profile, audience_of(audience, profile), kept=not any_object)
    click.echo(json.dumps(_schema(promises, markup), ensure_ascii=False, indent=2))


def _schema(promises: Promises, markup: str) -> Json:
    if markup == "rdap":
        from directory.rdap.schema import schema as of_rdap

        return of_rdap(promises)
    from directory.markup.schema import schema as of_json

    return of_json(promises)
