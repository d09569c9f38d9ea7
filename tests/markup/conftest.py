"""A profile with all that the plain forms have to show: both postal forms, all methods of redaction, all parts."""

from __future__ import annotations

import pytest

from directory.profile.profile import Profile
from directory.profile.profiles import Profiles
from tests.profile import replies

DISCLOSURE = """
disclosure: some
version: "1"
from: "2025-01-01"
public: [
  domain.name, domain.uName, domain.status, domain.rgpStatus, domain.registrant, domain.tech, domain.ns,
  domain.host, domain.crDate, domain.exDate, domain.trnData, domain.idnTableId, domain.originalName,
  registrar.org, registrar.gurid, registrar.street, registrar.city, registrar.cc, registrar.voice, registrar.url,
  registrar.whoisinfo, registrar.whoisUrl, registrar.status, registrar.contact, desk.name, desk.voice, desk.email,
  registrant.id, registrant.org, registrant.street, registrant.city, registrant.cc,
  tech.id, tech.name, tech.voice, contact.id, contact.roid, contact.status, contact.name, contact.city, contact.cc,
  host.name, host.id, host.addr, host.status,
  dnssec.maxSigLife, domain.secDNS, dnssec.keyTag, dnssec.alg, dnssec.digestType, dnssec.digest, dnssec.flags,
  dnssec.protocol,
  dnssec.keyAlg, dnssec.pubKey, trademark.name, trademark.class, trademark.regDate, reseller.name,
  transfer.trStatus, transfer.reRr, transfer.reClient, transfer.reDate, disclose.flag, disclose.element,
  disclose.form]
rules:
  domain.id: {show: [], hidden: {name: Registry Domain ID}, source: test}
  registrant.name: {show: [], hidden: {name: Registrant Name, reason: Server policy}, source: test}
  registrant.voice: {show: [], source: test, hidden: {method: partialValue, keep: {first: 6},
    name: Registrant Phone}}
  registrant.email: {show: [], source: test, hidden: {method: replacementValue, as: contact-uri,
    value: "https://www.example.com/contact?domain={name}", name: Registrant Email}}
  registrant.fax: {show: [], hidden: {}, source: test}
  tech.email: {show: [], hidden: {name: Tech Email}, source: test}
  trademark.number: {show: [], hidden: {description: Number of the trademark}, source: test}
"""

PROFILE = """
profile: plain
version: "1.2"
from: "2025-01-01"
bind: {tlds: ["*"], service: data}
disclosure: some
parameters: {languages: [en], postal: [loc, int], postal-forms: both, postal-languages: {int: en}}
objects:
  domain:
    - {element: name, cardinality: "1"}
    - uName
    - id
    - status
    - rgpStatus
    - crDate
    - exDate
    - originalName
    - idnTableId
    - ns
    - host
    - registrant
    - tech
    - trnData
    - each: registrar
      elements: [org, gurid, {each: desk, roles: [abuse], elements: [name, voice, email]}]
    - each: contact
      roles: [registrant]
      elements:
        - id
        - {element: name, language: optional}
        - org
        - street
        - city
        - cc
        - voice
        - fax
        - email
        - {each: disclose, elements: [flag, element, form]}
    - {each: contact, roles: [tech], elements: [id, name, voice, email]}
    - {each: host, elements: [name, addr]}
    - {each: dnssec, elements: [maxSigLife, keyTag, alg, digestType, digest, flags, protocol, keyAlg, pubKey]}
    - {each: transfer, elements: [trStatus, reRr, reClient, reDate]}
    - {each: trademark, elements: [name, number, class, regDate]}
    - {each: reseller, elements: [name]}
  host: [name, id, addr, status]
  contact: [id, roid, status, {element: name, language: optional}, city, cc]
  registrar: [org, gurid, street, city, cc, voice, status, contact, url, whoisinfo, whoisUrl,
    {each: desk, roles: [abuse, tech], elements: [name, voice, email]}]
texts:
  not-found: {domain: No such domain., nameserver: No., address: No., registrar: No., entity: No.}
  reserved: This name is reserved.
  help: "Ask for domain/NAME.\\nOr for nameserver/NAME."
notices:
  - {title: Terms of Use, description: [Be kind., Be lawful.],
     links: [{rel: terms-of-service, href: "https://www.example.com/terms"}]}
  - {title: Status Codes, on: [domain], description: ["See https://icann.org/epp"]}
  - {title: Questions, on: [help], description: [Ask us.]}
"""


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    folder = tmp_path_factory.mktemp("markup")
    files = [folder / "profile.yaml", folder / "disclosure.yaml"]
    for path, text in zip(files, (PROFILE, DISCLOSURE), strict=True):
        path.write_text(text, encoding="utf-8")
    return Profiles.load(files, replies.catalogue()).bound("test", "data")
