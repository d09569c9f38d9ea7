"""What the commands of `dnrd profile` share: the documents, the store, and how a refusal ends.

The exit code is 0 if all is well, 1 if the answer is a bad one (faults, differences, nothing found), and 2 if
there is no answer at all: what was asked for, or what it would be made from, is at fault.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from directory import config, resources
from directory.document import Document, suggest
from directory.errors import DirectoryError, DocumentError
from directory.model.catalogue import Catalogue
from directory.profile.loader import SHIPPED, Library, document_of, is_disclosure, named

if TYPE_CHECKING:
    from directory.config import Settings
    from directory.profile.profile import Profile
    from directory.profile.profiles import Profiles
    from directory.store.reader import Reader

Source = Path | Traversable
Key = tuple[bool, str]
"""Whether a document is a disclosure, and its name."""

PROFILE = "a file, or the name of a profile that is shipped or configured"


class Refusal(click.ClickException):
    """There is no answer."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a command takes profiles and objects from, and which day it is."""

    settings: Settings
    catalogue: Catalogue
    today: date

    def profiles(self) -> Profiles:
        """The profiles in force, as a server has them. Raises `DocumentError`."""
        from directory.profile.profiles import Profiles

        return Profiles.load([named(each) for each in self.settings.profiles], self.catalogue)

    def sources(self) -> list[Source]:
        """The documents that are configured, or those that stand in for them."""
        return [named(each) for each in self.settings.profiles or SHIPPED]

    def load(self, profile: str | Path, disclosure: str | Path | None = None) -> Profile:
        """A profile by itself: of a file, or by the name of one that is configured or shipped; under a disclosure
        that is named in the same way instead of its own. What the document of a file refers to is looked for
        beside it, then, as for a name, in the configuration and among the shipped. One that does not hold yet is
        taken as it will be from its date. Raises `DocumentError`, or `Refusal` if there is no such document."""
        reading = self.reading()
        day, under = self.today, ""
        if disclosure is not None:
            found = self._take(reading, str(disclosure), "disclosure")
            day, under = max(day, since(found)), found.data["disclosure"]
        document = self._take(reading, str(profile), "profile")
        return reading.library.build(document, max(day, since(document)), under)

    def reading(self) -> Reading:
        """An empty library, to be filled."""
        return Reading(Library(self.catalogue), self.configured())

    def is_disclosure(self, name: str) -> bool:
        """Whether a name that `load` would take is that of a disclosure. Raises `DocumentError`."""
        if (True, name) in self.configured():
            return True
        source = named(name)
        return source.is_file() and is_disclosure(document_of(source))

    def configured(self) -> dict[Key, list[Source]]:
        """The documents of the configuration, by what they are."""
        found: dict[Key, list[Source]] = {}
        for source in self.sources():
            found.setdefault(key_of(document_of(source)), []).append(source)
        return found

    def _take(self, reading: Reading, name: str, kind: str) -> Document:
        """The document of a file, or of that kind and name, with what it refers to."""
        if Path(name).is_file() or name.endswith((".yaml", ".yml")):
            document = reading.add(Path(name), Path(name).parent)
            if (kind == "disclosure") is not is_disclosure(document):
                raise Refusal(f"{document.file} is no {kind}")
            return document
        wanted = (kind == "disclosure", name)
        sources = reading.configured.get(wanted) or [named(name)]
        if not sources[0].is_file():
            known = [*(each for of_disclosure, each in reading.configured if of_disclosure is wanted[0])]
            known += [each for each in shipped() if is_disclosure(document_of(named(each))) is wanted[0]]
            raise Refusal(_unknown(name, kind, dict.fromkeys(known)))
        editions = [reading.add(each) for each in sources]
        if any(is_disclosure(each) is not wanted[0] for each in editions):
            raise Refusal(f"{name!r} is no {kind}, but a {'profile' if wanted[0] else 'disclosure'}")
        held = [each for each in editions if since(each) <= self.today]
        return max(held or editions, key=since)

    @asynccontextmanager
    async def store(self, *profiles: Profile, subordinates: bool = False) -> AsyncIterator[Reader]:
        """The store, open for as long as it is used, with what these profiles need: the hosts below each domain,
        if one of them does, or with `subordinates`. Raises `StoreError`."""
        from directory.profile.profile import Edition
        from directory.profile.profiles import Profiles
        from directory.store.open import open_store

        settings = self.settings
        if not settings.store:
            raise Refusal("no store is named: give --store sqlite:///PATH, or `store` in the configuration")
        needed = subordinates or Profiles([Edition(self.today, profiles)]).need_subordinates
        reader = open_store(settings.store, settings.zones or None, settings.sqlite_mmap, subordinates=needed)
        await reader.start()
        try:
            yield reader
        finally:
            await reader.close()


@dataclass(slots=True)
class Reading:
    """Documents on their way into a library, each after all that it refers to. `known` are those that were met, by
    what they are, `read` by where they stand."""

    library: Library
    configured: Mapping[Key, Sequence[Source]]
    known: set[Key] = field(default_factory=set)
    read: dict[str, Document] = field(default_factory=dict)

    def add(self, source: Source, folder: Path | None = None) -> Document:
        """Read a document, unless that was done; what it refers to is looked for in a folder, if one is given,
        before anywhere else. Raises `DocumentError`."""
        if str(source) in self.read:
            return self.read[str(source)]
        started = [self._started(source, folder)]
        while started:  # no recursion, for any number of documents may refer to each other
            document, following = started[-1]
            found = next((each for each in following if str(each[0]) not in self.read), None)
            if found is not None:
                started.append(self._started(*found))
            else:
                started.pop()
                self.enter(document)
        return self.read[str(source)]

    def _started(
        self, source: Source, folder: Path | None
    ) -> tuple[Document, Iterator[tuple[Source, Path | None]]]:
        """A document that is read, and where the others are that it refers to."""
        document = self.read[str(source)] = document_of(source)
        self.known.add(key_of(document))

        def following() -> Iterator[tuple[Source, Path | None]]:
            for key in references(document):
                if key == key_of(document):
                    yield from self._editions_before(document, folder)
                elif key not in self.known:
                    yield from self.places(key, folder)

        return document, following()

    def _editions_before(self, document: Document, folder: Path | None) -> Iterator[tuple[Source, Path | None]]:
        """The editions of a document that hold before it, which it may extend."""
        key = key_of(document)
        for each, beside in [*self.places(key, folder), *((each, None) for each in self.configured.get(key, ()))]:
            if since(document_of(each)) < since(document):
                yield each, beside

    def places(self, key: Key, folder: Path | None) -> list[tuple[Source, Path | None]]:
        """Where a document is that another refers to, with the folder in which to look for what it refers to
        itself. What is shipped the library finds alone."""
        beside = folder / f"{key[1]}.yaml" if folder else None
        if beside is not None and beside.is_file() and key_of(document_of(beside)) == key:
            return [(beside, folder)]
        return [(each, None) for each in self.configured.get(key, ())]

    def enter(self, document: Document) -> None:
        """Put a document into the library. Raises `DocumentError`."""
        self.library.add(document)


def _unknown(name: str, kind: str, known: Iterable[str]) -> str:
    """What is said of the name of a document that there is not."""
    if Path(name).exists():
        return f"{name} cannot be a {kind}: it is {'a folder' if Path(name).is_dir() else 'not a regular file'}"
    hint = suggest(name, known) or f"known: {', '.join(known)}; or name a file, as ./{name}.yaml"
    return f"there is no {kind} {name!r}: {hint}"


def references(document: Document) -> Iterator[Key]:
    """The documents that one refers to."""
    data = document.data if isinstance(document.data, dict) else {}
    of_disclosure = is_disclosure(document)
    for disclosure, key in ((of_disclosure, "extends"), (True, "disclosure")):
        if isinstance(data.get(key), str) and not (of_disclosure and key == "disclosure"):
            yield disclosure, data[key]


def shipped() -> tuple[str, ...]:
    """The names of the documents that are shipped."""
    return tuple(name.removesuffix(".yaml") for name in resources.names("profiles"))


def key_of(document: Document) -> Key:
    """What a document is and is called; no name if that cannot be told."""
    data = document.data if isinstance(document.data, dict) else {}
    of_disclosure = is_disclosure(document)
    found = data.get("disclosure" if of_disclosure else "profile")
    return of_disclosure, found if isinstance(found, str) else ""


def since(document: Document) -> date:
    """The date from which a document holds; the first of all if that cannot be told."""
    try:
        return date.fromisoformat(document.data["from"])
    except (KeyError, TypeError, ValueError):
        return date.min  # its fault is told when it is checked


def audience_of(name: str, *profiles: Profile) -> str:
    """The audience itself, if the disclosures know it. Raises `Refusal`."""
    known = dict.fromkeys(each for profile in profiles for each in profile.disclosure.audiences.names)
    if name not in known:
        hint = suggest(name, known) or f"declared: {', '.join(known)}"
        raise Refusal(f"{name!r} is no audience: {hint}")
    return name


def check_speaks(profile: Profile, audience: str) -> None:
    """Raises `Refusal` if a profile is not for such requesters, or its disclosure does not know them."""
    audience_of(audience, profile)
    if not profile.is_for(audience):
        whom = ", ".join(sorted(profile.terms.audiences))
        raise Refusal(f"the profile {profile.name!r} does not speak to {audience!r}, but to: {whom}")


@contextmanager
def refusing() -> Iterator[None]:
    """What this package raises becomes a message and the exit code 2."""
    try:
        yield
    except DocumentError as error:
        raise Refusal("\n".join(finding.to_text(error.file) for finding in error.findings)) from error
    except DirectoryError as error:
        raise Refusal(str(error)) from error


Run = Callable[..., None]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def with_setting(*, store: bool = True) -> Callable[[Run], Run]:
    """Gives a command the options --config, --extension and, if it reads one, --store; it is run with what they
    say, as `setting`, and what it raises is told."""

    def decorate(run: Run) -> Run:
        @functools.wraps(run)
        def wrapped(file: Path | None, extensions: Sequence[Path], url: str = "", **given: Any) -> None:
            with refusing():
                run(setting=_setting(file, extensions, url), **given)

        options = [
            click.option("--config", "file", type=_FILE, help="A file of settings, as for `dnrd serve`."),
            click.option(
                "--extension",
                "extensions",
                multiple=True,
                type=_FILE,
                help="A document that declares elements of the registry's own; may be given several times.",
            ),
        ]
        if store:
            options.append(click.option("--store", "url", metavar="URL", help=config.help_of("store")))
        for option in options:
            wrapped = option(wrapped)
        return wrapped

    return decorate


def _setting(file: Path | None, extensions: Sequence[Path], url: str) -> Setting:
    settings = config.load(file, {"store": url} if url else {})
    declared = [*map(Path, settings.extensions), *extensions]
    return Setting(settings, Catalogue.load(declared), datetime.now(UTC).date())
