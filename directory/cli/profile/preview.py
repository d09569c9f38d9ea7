"""`dnrd profile preview`: what would be answered of an object, by a profile that need not be in force."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from directory.cli import asking
from directory.cli.profile.setting import PROFILE, Refusal, Setting, audience_of, check_speaks, with_setting
from directory.errors import BadValue
from directory.model import format as text_format

if TYPE_CHECKING:
    from directory.access.standing import Standing
    from directory.answer import Answer
    from directory.profile.constraint import Violation
    from directory.profile.profile import Profile
    from directory.profile.profiles import Profiles
    from directory.store.result import Result

_OF_MARKUP = {"text": "whois", "RDAP": "rdap", "JSON": "json", "XML": "xml", "CSV": "csv"}


@click.command("preview")
@click.argument("name", nargs=-1, required=True)
@click.option("--profile", metavar="P", help=f"The profile: {PROFILE}. Else that in force for the form.")
@click.option("--disclosure", metavar="D", help="Another disclosure than the profile's: a file or a name.")
@click.option("--audience", default="public", show_default=True, help="Who asks, as the disclosure names it.")
@click.option("--registrar", metavar="ID", default="", help="For which registrar, by the registry's id, it asks.")
@click.option(
    "--language", "languages", metavar="TAG", multiple=True, help="What it reads, best first: es, en-GB."
)
@click.option(
    "--format", "form", type=click.Choice(asking.FORMS), help="The form of the answer; else the profile's own."
)
@with_setting()
def command(
    setting: Setting,
    name: Sequence[str],
    profile: str | None,
    disclosure: str | None,
    audience: str,
    registrar: str,
    languages: Sequence[str],
    form: str | None,
) -> None:
    """Show what would be answered to the query NAME, to the octet as a door would; JSON is indented on a terminal.

    The profile may be a file that is not in force; one that holds from a later date is taken as it will be then.
    What stands on standard error is about the answer: profile, requester, and what the object breaks of the
    profile, whoever may see it. A path of RDAP, as entity/9995, is a NAME too, except for WHOIS.

    \b
        dnrd profile preview one.example --profile mine.yaml --store sqlite:///registry.db
        dnrd profile preview one.example --profile gtld-rdap --audience law-enforcement
        dnrd profile preview one.example --audience authenticated --registrar R-1 --format json
        dnrd profile preview nameserver ns1.one.example --profile cctld-es --language es
        dnrd profile preview entity/9995 --profile gtld-rdap

    The exit code is 0 if something was found, 1 if nothing was or the profile refuses the object, and 2 if there
    is no answer.
    """
    from directory.access.standing import Standing
    from directory.answer import NotFound
    from directory.profile.constraint import Violated

    try:
        tags = tuple(text_format.language(each) for each in languages)
    except BadValue as error:
        raise Refusal(str(error)) from error
    chosen = None if profile is None else setting.load(profile, disclosure)
    if chosen is None and disclosure is not None:
        raise Refusal("--disclosure needs --profile: under which profile?")
    previewing = _Preview(setting, chosen, Standing(audience, registrar), tags, form)
    try:
        answer, body = asyncio.run(previewing.answer(" ".join(name)))
    except Violated as error:
        click.echo(f"the profile refuses the object, and nothing is answered: {error}", err=True)
        raise SystemExit(1) from None
    if sys.stdout.isatty() and body.startswith(b"{"):
        body = json.dumps(json.loads(body), ensure_ascii=False, indent=2).encode() + b"\n"
    click.echo(body, nl=False)
    raise SystemExit(1 if isinstance(answer, NotFound) else 0)


class _Preview:
    """Answers as a door would that had these profiles in force and knew who asks."""

    def __init__(
        self,
        setting: Setting,
        profile: Profile | None,
        standing: Standing,
        languages: tuple[str, ...],
        form: str | None,
    ) -> None:
        self._setting = setting
        self._standing = standing
        self._languages = languages
        self._form = form or (_form_of(profile) if profile is not None else "whois")
        self._service = profile.service if profile is not None else asking.service_of(self._form)
        self._profiles = _only(setting, profile) if profile is not None else setting.profiles()
        audience_of(standing.audience, *self._profiles.all)
        if profile is not None:
            check_speaks(profile, standing.audience)

    async def answer(self, text: str) -> tuple[Answer, bytes]:
        """The answer and its octets, after a head on standard error."""
        from directory.app import rdap_base
        from directory.query import Lookup, Requester
        from directory.service import DirectoryService

        standing = self._standing
        async with self._setting.store(*self._profiles.all) as reader:
            query, flagged = asking.query_of(text, self._service, reader.zone_of)
            requester = Requester(self._service, "", languages=self._languages or flagged)
            result = await reader.lookup(query) if isinstance(query, Lookup) else None
            service = DirectoryService(asking.Known(standing), reader, self._profiles)
            profile = self._profiles.bound(result.zone if result else None, self._service, standing.audience)
            self._head(profile, result)
            for note in await asking.notes_on(standing.registrar, reader):
                _note(note)
            answer = await service.answer(query, requester)
        if self._form == asking.RDAP:
            _check_named(answer)
        base = rdap_base(self._setting.settings) or asking.LOCAL
        return answer, asking.rendered(answer, self._form, base + asking.path_of(query))

    def _head(self, profile: Profile, result: Result | None) -> None:
        """Say by what the answer is made, and what is wrong with the objects."""
        terms, standing = profile.terms, self._standing
        whom = (
            f"{standing.audience}, for the registrar {standing.registrar}"
            if standing.registrar
            else standing.audience
        )
        _note(f"profile {profile.name} {profile.version} from {profile.since} ({terms.file})")
        _note(f"disclosure {profile.disclosure.name} {profile.disclosure.version} ({profile.disclosure.file})")
        _note(f"to {whom}")
        if self._form == asking.RDAP and profile.service != asking.RDAP:
            _note(f"it is a profile of the service {profile.service}, by which RDAP never answers")
        if result is None:
            return
        zone = result.zone
        if zone is not None and "*" not in profile.tlds and not any(_is_below(zone, tld) for tld in profile.tlds):
            _note(f"it is not bound to {zone}, but to: {', '.join(profile.tlds)}")
        for name, violations in _violations(profile, result):
            found = "; ".join(f"{each.element}: {each.rule}" for each in violations)
            _note(f"{name} {f'breaks the profile: {found}' if found else 'keeps to the profile'}")


def _check_named(answer: Answer) -> None:
    """Raises `Refusal` if RDAP has no object class for what is said, as of a domain or a name server without its
    name (RFC 9083 §5.2, §5.3)."""
    from directory.answer import Found, Matches

    views = (answer.view,) if isinstance(answer, Found) else answer.views if isinstance(answer, Matches) else ()
    for view in views:
        if view.table in ("domain", "host") and "name" not in view.fields:
            raise Refusal(f"the profile {answer.profile.name!r} does not say {view.table}.name, as RDAP has to")


def _note(text: str) -> None:
    click.echo(f"# {text}", err=True)


def _only(setting: Setting, profile: Profile) -> Profiles:
    from directory.profile.profile import Edition
    from directory.profile.profiles import Profiles

    class Tried(Profiles):
        """One profile, which speaks for every zone, whatever it is bound to: it is being tried."""

        def bound(self, zone: str | None, service: str, audience: str = "public") -> Profile:
            return super().bound(None, service, audience)

    return Tried([Edition(setting.today, (profile,))])


def _form_of(profile: Profile) -> str:
    """The form in which a door would say a profile."""
    service = profile.service
    return service if service in (asking.WHOIS, asking.RDAP) else _OF_MARKUP[profile.terms.markup]


def _is_below(zone: str, tld: str) -> bool:
    return zone == tld or zone.endswith(f".{tld}")


def _violations(profile: Profile, result: Result) -> list[tuple[str, tuple[Violation, ...]]]:
    """What the objects break of the profile, whoever may see it."""
    from directory.profile.audit import Audit, name_of
    from directory.profile.source import GRAPHS

    audit = Audit(profile)
    kinds = {graph: kind for kind, graph in GRAPHS.items() if kind in audit.kinds}
    return [
        (name_of(hit.graph), audit.check(kinds[type(hit.graph)], hit.graph))
        for hit in result.hits
        if type(hit.graph) in kinds
    ]
