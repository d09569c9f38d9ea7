"""A sample registry is exact, consistent and repeatable, and its shares are those of a real one."""

from __future__ import annotations

import ipaddress
from base64 import b64decode
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256, sha384
from pathlib import Path
from struct import pack

import idna
import pytest
import yaml
from lxml import etree

from directory.escrow.sample import Sample, write_sample
from directory.escrow.sample.dnssec import key_tag, owner_octets

IETF = "urn:ietf:params:xml:ns:"
DOMAIN, HOST, CONTACT = (f"{{{IETF}{kind}-1.0}}" for kind in ("rdeDomain", "rdeHost", "rdeContact"))
REGISTRAR, NNDN = (f"{{{IETF}{kind}-1.0}}" for kind in ("rdeRegistrar", "rdeNNDN"))
DNSSEC = f"{{{IETF}secDNS-1.1}}"
RESELLER, TRADEMARK = "{urn:x-dnrd:ns:reseller-1.0}", "{urn:x-dnrd:ns:trademark-1.0}"
PERSON, POSTAL_LANGUAGE = "{urn:x-dnrd:ns:person-1.0}", "{urn:x-dnrd:ns:postal-language-1.0}"
WATERMARK = datetime(2026, 1, 1, tzinfo=UTC)
NOW = "2026-01-01T00:00:00Z"


def make(folder: Path, domains: int, seed: int = 5, name: str = "d.xml", tld: str = "test") -> Sample:
    return write_sample(folder / name, domains=domains, seed=seed, tld=tld, watermark=WATERMARK)


def parse(sample: Sample) -> etree._Element:
    return etree.fromstring(sample.deposit.read_bytes())


def values(element: etree._Element, tag: str) -> list[str]:
    return [found.text or "" for found in element.iter(tag)]


def statuses(domain: etree._Element) -> set[str]:
    return {status.get("s") or "" for status in domain.findall(f"{DOMAIN}status")}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return make(tmp_path_factory.mktemp("sample"), 20_000)


@pytest.fixture(scope="module")
def deposit(sample: Sample) -> etree._Element:
    return parse(sample)


@pytest.fixture(scope="module")
def domains(deposit: etree._Element) -> list[etree._Element]:
    return list(deposit.iter(f"{DOMAIN}domain"))


# -- repeatable ----


def test_the_same_arguments_give_the_same_octets_and_another_seed_gives_others(tmp_path: Path) -> None:
    first, again, other = (make(tmp_path, 700, seed, name) for seed, name in ((1, "a"), (1, "b"), (2, "c")))
    assert first.deposit.read_bytes() == again.deposit.read_bytes()
    assert first.side.read_bytes() == again.side.read_bytes()
    assert first.deposit.read_bytes() != other.deposit.read_bytes()


# -- counts, names, references ----


@pytest.mark.clause("RFC 9022 §5.9")
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 333, 20_000])
def test_header_counts_are_exact_and_menu_and_header_name_the_same_uris(tmp_path: Path, size: int) -> None:
    root = parse(make(tmp_path, size))
    header, *objects = list(root[2])
    found = Counter(etree.QName(element).namespace for element in objects)
    counts = {count.get("uri") or "": int(count.text or "") for count in list(header)[1:]}
    assert counts == {uri: found[uri] for uri in counts}
    assert set(found) <= set(counts)
    assert [element.text for element in list(root[1])[1:]] == list(counts)
    assert counts[f"{IETF}rdeDomain-1.0"] == size


def references(root: etree._Element) -> dict[str, tuple[set[str], set[str]]]:
    """For each kind of reference: what is referred to, and what there is."""
    registrars = {element.findtext(f"{REGISTRAR}id") or "" for element in root.iter(f"{REGISTRAR}registrar")}
    used = {v for tag in ("clID", "crRr", "upRr", "reRr", "acRr") for v in values(root, f"{{*}}{tag}")}
    contacts = {*values(root, f"{DOMAIN}registrant"), *values(root, f"{DOMAIN}contact")}
    names = {element.findtext(f"{DOMAIN}name") or "" for element in root.iter(f"{DOMAIN}domain")}
    tables = {element.get("id") or "" for element in root.iter("{*}idnTableRef")}
    named = {*values(root, f"{RESELLER}domain"), *values(root, f"{TRADEMARK}domain")}
    described = {*values(root, f"{PERSON}contact"), *values(root, f"{POSTAL_LANGUAGE}contact")}
    return {
        "registrar": (used, registrars),
        "contact": (contacts, set(values(root, f"{CONTACT}id"))),
        "extended contact": (described, set(values(root, f"{CONTACT}id"))),
        "host": (set(values(root, "{*}hostObj")), set(values(root, f"{HOST}name"))),
        "table": (set(values(root, "{*}idnTableId")), tables),
        "domain": (named | set(values(root, f"{NNDN}originalName")), names),
    }


@pytest.mark.clause("RFC 9022 §8")
@pytest.mark.parametrize("size", [1, 4, 60, 20_000])
def test_every_reference_resolves(tmp_path: Path, size: int) -> None:
    for kind, (used, there) in references(parse(make(tmp_path, size))).items():
        assert used <= there, kind


@pytest.mark.clause("RFC 5733 §2.2")
@pytest.mark.clause("RFC 5732 §2.3")
def test_contacts_and_hosts_are_linked_exactly_when_a_domain_uses_them(deposit: etree._Element) -> None:
    used = references(deposit)
    for space, tag, key, kind in ((CONTACT, "contact", "id", "contact"), (HOST, "host", "name", "host")):
        for element in deposit.iter(f"{space}{tag}"):
            codes = {status.get("s") for status in element.findall(f"{space}status")}
            assert ("linked" in codes) == (element.findtext(f"{space}{key}") in used[kind][0])
            assert "ok" not in codes or codes <= {"ok", "linked"}


@pytest.mark.clause("RFC 9022 §5.6")
def test_no_name_is_there_twice_whether_as_domain_or_as_nndn(deposit: etree._Element) -> None:
    names = [element.text for element in deposit.iterfind(f".//{DOMAIN}domain/{DOMAIN}name")]
    names += [element.text for element in deposit.iter(f"{NNDN}aName")]
    assert len(names) == len(set(names))
    hosts = values(deposit, f"{HOST}name")
    assert len(hosts) == len(set(hosts))
    contacts = values(deposit, f"{CONTACT}id")
    assert len(contacts) == len(set(contacts))


# -- internationalised names ----


@pytest.mark.clause("RFC 9022 §5.1.1.1")
def test_internationalised_names_carry_their_u_label_and_table_and_come_in_ten_scripts(
    tmp_path: Path,
) -> None:
    root = parse(make(tmp_path, 5000))
    tables = Counter[str]()
    for domain in root.iter(f"{DOMAIN}domain"):
        name, u_name = domain.findtext(f"{DOMAIN}name") or "", domain.findtext(f"{DOMAIN}uName")
        assert name.startswith("xn--") == (u_name is not None)
        if u_name is not None:
            assert idna.encode(u_name).decode() == name
            tables[domain.findtext(f"{DOMAIN}idnTableId") or ""] += 1
    assert len(tables) == 10
    assert tables.total() == 100


@pytest.mark.clause("RFC 9022 §5.6.1")
def test_only_variants_are_withheld_or_mirrored_and_reserved_names_are_blocked(
    deposit: etree._Element,
) -> None:
    states = Counter[str]()
    for nndn in deposit.iter(f"{NNDN}NNDN"):
        state, original = nndn.findtext(f"{NNDN}nameState") or "", nndn.findtext(f"{NNDN}originalName")
        states[state] += 1
        assert (state == "blocked") == (original is None)
        if original is not None:
            u_name = nndn.findtext(f"{NNDN}uName") or ""
            assert idna.encode(u_name).decode() == nndn.findtext(f"{NNDN}aName")
            assert nndn.findtext(f"{NNDN}idnTableId")
    assert states["blocked"] == 100
    assert states["withheld"] > states["mirrored"] > 0


# -- shares ----


def test_the_first_registrar_has_thirty_per_cent_and_the_rest_a_long_tail(
    domains: list[etree._Element],
) -> None:
    sponsors = Counter(domain.findtext(f"{DOMAIN}clID") for domain in domains)
    order = [count for _, count in sponsors.most_common()]
    assert sponsors["R-1"] == order[0] == 6000
    assert len(order) == 40
    assert order[1] / order[2] == pytest.approx(2**0.8, rel=0.02)


def test_name_server_counts_have_the_shares_of_a_real_zone(domains: list[etree._Element]) -> None:
    counts = Counter(len(domain.findall(f"{DOMAIN}ns/*")) for domain in domains)
    shares = {count: found / len(domains) for count, found in counts.items()}
    for count, expected in ((2, 0.73), (4, 0.16), (3, 0.08)):
        assert shares.pop(count) == pytest.approx(expected, abs=0.005)
    assert set(shares) == {0, 1, 5, 6, 13}
    assert sum(shares.values()) == pytest.approx(0.03, abs=0.005)


def test_own_name_servers_resellers_trademarks_and_signed_names_have_their_shares(
    deposit: etree._Element, domains: list[etree._Element]
) -> None:
    glue = sum(
        any(
            (host.text or "").endswith("." + (domain.findtext(f"{DOMAIN}name") or "?"))
            for host in domain.iter("{*}hostObj")
        )
        for domain in domains
    )
    resold = values(deposit, f"{RESELLER}domain")
    marked = Counter(values(deposit, f"{TRADEMARK}domain"))
    assert glue == 600
    assert len(resold) == len(set(resold)) == 1200
    assert len(marked) == 200
    assert Counter(marked.values()) == {1: 180, 2: 20}
    signed = sum(domain.find(f"{DOMAIN}secDNS") is not None for domain in domains)
    assert signed / len(domains) == pytest.approx(0.05, abs=0.006)


def test_there_are_seven_contacts_for_ten_domains_and_few_of_them_hold_many(
    deposit: etree._Element, domains: list[etree._Element]
) -> None:
    total = len(list(deposit.iter(f"{CONTACT}contact")))
    assert total / len(domains) == pytest.approx(0.7, abs=0.02)
    techs = Counter(
        contact.text for domain in domains for contact in domain.findall(f"{DOMAIN}contact[@type='tech']")
    )
    assert techs.most_common(1)[0][1] > 1000
    billed = sum(domain.find(f"{DOMAIN}contact[@type='billing']") is not None for domain in domains)
    assert billed / len(domains) == pytest.approx(0.5, abs=0.03)


# -- life ----


@pytest.mark.clause("RFC 5731 §2.3")
def test_statuses_are_legal_beside_each_other(domains: list[etree._Element]) -> None:
    seen: Counter[str] = Counter()
    for domain in domains:
        codes = statuses(domain)
        seen.update(codes)
        assert len(codes) == len(domain.findall(f"{DOMAIN}status"))
        assert "ok" not in codes or codes == {"ok"}
        assert ("inactive" in codes) == (domain.find(f"{DOMAIN}ns") is None)
        assert sum(code.startswith("pending") for code in codes) <= 1
        for operation in ("Delete", "Renew", "Transfer", "Update"):
            if f"pending{operation}" in codes:
                assert not codes & {f"client{operation}Prohibited", f"server{operation}Prohibited"}
    assert seen["clientTransferProhibited"] / len(domains) == pytest.approx(0.55, abs=0.03)
    assert {
        "serverHold",
        "clientHold",
        "serverTransferProhibited",
        "pendingTransfer",
        "pendingDelete",
    } <= set(seen)


@pytest.mark.clause("RFC 3915 §3.1")
def test_grace_periods_agree_with_statuses_and_dates(domains: list[etree._Element]) -> None:
    seen: Counter[str] = Counter()
    deleting = {"redemptionPeriod", "pendingDelete", "pendingRestore"}
    for domain in domains:
        grace = {status.get("s") or "" for status in domain.findall(f"{DOMAIN}rgpStatus")}
        seen.update(grace)
        assert bool(grace & deleting) == ("pendingDelete" in statuses(domain))
        created = domain.findtext(f"{DOMAIN}crDate") or ""
        assert ("addPeriod" in grace) == (created > "2025-12-27")
        if "transferPeriod" in grace:
            assert (domain.findtext(f"{DOMAIN}trDate") or "") > "2025-12-27"
    assert set(seen) == {"addPeriod", "autoRenewPeriod", "renewPeriod", "transferPeriod", *deleting}
    assert sum(seen[code] for code in deleting) / len(domains) == pytest.approx(0.01, abs=0.003)


@pytest.mark.clause("RFC 9022 §5.1.1.1")
def test_dates_follow_each_other_and_only_the_pending_delete_has_expired(
    domains: list[etree._Element],
) -> None:
    for domain in domains:
        created, expires = domain.findtext(f"{DOMAIN}crDate") or "", domain.findtext(f"{DOMAIN}exDate") or ""
        assert created < NOW
        assert (expires > NOW) == ("pendingDelete" not in statuses(domain))
        updated, by = domain.findtext(f"{DOMAIN}upDate"), domain.findtext(f"{DOMAIN}upRr")
        assert (updated is None) == (by is None)
        assert updated is None or created <= updated < NOW


@pytest.mark.clause("RFC 9022 §5.1.1.1")
def test_transfers_go_from_one_registrar_to_another_and_end_with_the_sponsor(
    domains: list[etree._Element],
) -> None:
    seen: Counter[str] = Counter()
    for domain in domains:
        data, done = domain.find(f"{DOMAIN}trnData"), domain.findtext(f"{DOMAIN}trDate")
        if data is None:
            assert done is None
            continue
        status, asks, asked, acts, acted, _ = (element.text or "" for element in data)
        seen[status] += 1
        pending = status == "pending"
        assert asks != acts
        assert domain.findtext(f"{DOMAIN}clID") == (acts if pending else asks)
        assert pending == ("pendingTransfer" in statuses(domain))
        assert (domain.findtext(f"{DOMAIN}crDate") or "") < asked < acted
        assert asked < NOW
        assert (acted > NOW and done is None) if pending else done == acted < NOW
    assert set(seen) == {"pending", "clientApproved", "serverApproved"}


# -- addresses and keys ----


@pytest.mark.clause("RFC 5952 §4")
@pytest.mark.clause("RFC 9022 §4.5")
def test_only_hosts_within_the_tld_have_addresses_all_from_documentation_ranges(
    deposit: etree._Element,
) -> None:
    ranges = [
        ipaddress.ip_network(r) for r in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
    ]
    seen: Counter[str] = Counter()
    for host in deposit.iter(f"{HOST}host"):
        addresses = host.findall(f"{HOST}addr")
        assert bool(addresses) == (host.findtext(f"{HOST}name") or "").endswith(".test")
        for element in addresses:
            address = ipaddress.ip_address(element.text or "")
            seen[str(address)] += 1
            assert str(address) == element.text
            assert element.get("ip") == f"v{address.version}"
            assert any(address in network for network in ranges)
    assert seen.most_common(1)[0][1] > 30


@pytest.mark.clause("RFC 4034 §5.1.4")
@pytest.mark.clause("RFC 5910 §4")
def test_digests_and_key_tags_are_those_of_the_keys(domains: list[etree._Element]) -> None:
    forms: Counter[str] = Counter()
    for domain in domains:
        name = domain.findtext(f"{DOMAIN}name") or ""
        for ds in domain.iter(f"{DNSSEC}dsData"):
            length = len(ds.findtext(f"{DNSSEC}digest") or "")
            kind = ds.findtext(f"{DNSSEC}digestType")
            assert length == {"2": 64, "4": 96}[kind or ""]
            key = ds.find(f"{DNSSEC}keyData")
            forms["ds"] += 1
            if key is not None:
                flags, protocol, algorithm, public = (element.text or "" for element in key)
                record = pack("!HBB", int(flags), int(protocol), int(algorithm)) + b64decode(public, validate=True)
                digest = {"2": sha256, "4": sha384}[kind or ""](owner_octets(name) + record)
                assert ds.findtext(f"{DNSSEC}digest") == digest.hexdigest().upper()
                assert ds.findtext(f"{DNSSEC}keyTag") == str(key_tag(record))
                forms["both"] += 1
        forms["key"] += len(domain.findall(f"{DOMAIN}secDNS/{DNSSEC}keyData"))
    assert forms["ds"] > forms["both"] > 20
    assert forms["key"] > 20


# -- text and side data ----


def test_ampersands_and_angle_brackets_survive_in_names(deposit: etree._Element) -> None:
    text = {*values(deposit, "{*}org"), *values(deposit, f"{REGISTRAR}name"), *values(deposit, "{*}street")}
    for character in "&<>":
        assert any(character in value for value in text), character
    assert not any("&amp;" in value or "&lt;" in value for value in text)


def test_side_data_names_every_registrar_once_by_iana_id_or_by_its_own(
    sample: Sample, deposit: etree._Element
) -> None:
    entries = yaml.safe_load(sample.side.read_text(encoding="utf-8"))["registrars"]
    keys = Counter((key, entry[key]) for entry in entries for key in ("iana", "id") if key in entry)
    known = [
        (r.findtext(f"{REGISTRAR}id"), int(r.findtext(f"{REGISTRAR}gurid") or 0))
        for r in deposit.iter(f"{REGISTRAR}registrar")
    ]
    assert keys.total() == len(entries) == len(known)
    assert len({iana for _, iana in known}) == len(known)
    assert all(("id", own) in keys or ("iana", iana) in keys for own, iana in known)
    assert 0 < sum("rdap" not in entry for entry in entries) < len(entries) / 2
    assert all(
        entry["contacts"][0]["type"] == "abuse" and "@" in entry["contacts"][0]["email"] for entry in entries
    )
