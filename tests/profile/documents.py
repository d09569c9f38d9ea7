"""Small profiles and disclosures as text, for tests that vary them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from directory.errors import DocumentError
from directory.model.catalogue import Catalogue
from directory.profile.profile import Profile
from directory.profile.profiles import Profiles

DISCLOSURE = """\
disclosure: rules
version: "1"
from: "2020-01-01"
text: WITHHELD
audiences:
  authenticated: {includes: [public]}
  sponsor: {includes: [authenticated], is: sponsor}
  gaining: {includes: [authenticated], is: gaining}
  police: {includes: [authenticated]}
  registry: {includes: [sponsor, gaining, police]}
public: [domain.name, domain.crDate, domain.ns, domain.status, domain.registrant, domain.admin, domain.tech,
  host.name, registrant.cc, tech.name, tech.email, registrant.sp, registrant.name, registrant.city,
  host.addr, domain.secDNS, dnssec.keyTag, dnssec.alg, dnssec.digestType, dnssec.digest]
rules:
  registrant.voice: {show: [registry], hidden: {name: Registrant Phone}, source: test}
  registrant.email: {show: [police], hidden: {name: Registrant Email}, source: test}
"""

PROFILE = """
profile: said
version: "1"
from: "2020-01-01"
bind: {tlds: ["*"], service: data}
disclosure: rules
objects:
  domain:
    - name
    - each: contact
      roles: [registrant]
      elements: [cc, voice, email]
texts:
  not-found: {domain: No., nameserver: No., address: No., registrar: No., entity: No.}
"""

Change = tuple[str, str]


def changed(text: str, *changes: Change) -> str:
    """The text with each old word replaced by the new one."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


class Desk:
    """A folder into which documents are written and from which they are loaded."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._files: list[Path] = []

    def write(self, text: str, *changes: Change) -> Desk:
        """Add a document."""
        path = self._folder / f"{len(self._files)}.yaml"
        path.write_text(changed(text, *changes), encoding="utf-8")
        self._files.append(path)
        return self

    def load(self, clock: Callable[[], float] = lambda: 1_800_000_000.0) -> Profiles:
        """The profiles of all documents; in 2027, unless a clock says otherwise."""
        return Profiles.load(self._files, self._catalogue, clock)

    def profile(self) -> Profile:
        """The profile of the documents, of which there is one."""
        (profile,) = self.load().all
        return profile

    def faults(self) -> list[str]:
        """What the documents are refused for, as it is printed."""
        try:
            self.load()
        except DocumentError as error:
            return [finding.to_text() for finding in error.findings]
        return []
