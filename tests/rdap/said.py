"""Small RDAP profiles that say a few elements of a domain, and disclosures that withhold some of these."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from directory.access.standing import Standing
from directory.model.graph import Graph
from directory.profile.profile import Profile
from tests.profile import replies
from tests.profile.documents import Desk

_DISCLOSURE = """
disclosure: rules
version: "1"
from: "2020-01-01"
declare: {declare}
audiences: {{staff: {{includes: [public]}}}}
public: [domain.name, domain.ns, domain.secDNS, host.name, host.addr, dnssec.keyTag, dnssec.alg, dnssec.digestType,
  dnssec.digest, dnssec.flags, dnssec.protocol, dnssec.keyAlg, dnssec.pubKey, registrar.crDate, {public}]
rules: {{{rules}}}
"""

_PROFILE = """
profile: some
version: "1"
from: "2020-01-01"
bind: {{tlds: ["*"], service: rdap}}
disclosure: rules
parameters: {{{parameters}}}
conformance: [rdap_level_0]
objects:
  domain: [name, {items}]
  host: [name]
  registrar: [{registrar}]
texts:
  not-found: {{domain: No., nameserver: No., address: No., registrar: No., entity: No.}}
notices: []
redaction: {{{redaction}}}
"""

WITHHELD = "{show: [staff], hidden: {description: It}, source: test}"
"""A rule by which staff see an element and others are told that they do not."""


class Writer:
    """Writes such a profile, and says what it answers."""

    def __init__(self, folder: Path) -> None:
        self._desk = Desk(folder, replies.catalogue())

    def profile(
        self,
        *items: str,
        public: str = "registrar.org",
        rules: str = "",
        declare: str = "always",
        parameters: str = "",
        redaction: str = "",
        registrar: str = "crDate",
    ) -> Profile:
        """A profile that says a domain's name and these of it."""
        self._desk.write(_DISCLOSURE.format(declare=declare, public=public, rules=rules))
        said = _PROFILE.format(
            items=", ".join(items), parameters=parameters, redaction=redaction, registrar=registrar
        )
        return self._desk.write(said).profile()


def answer(profile: Profile, graph: Graph, audience: str = "public") -> dict[str, Any]:
    """What an audience is answered."""
    return replies.rdap_json(graph, Standing(audience), profile)
