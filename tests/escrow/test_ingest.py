"""FULL deposits: what is taken, what is noted, and what is refused with which findings."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from directory.errors import DepositError, Finding
from directory.model.graph import ContactGraph, DomainGraph
from directory.query import Kind, Lookup
from directory.store.open import open_store
from tests import deposits as d
from tests.escrow.conftest import Findings, Ingest

SAMPLE = Path(__file__).parent.parent / "data" / "rfc9022" / "section14-full.xml"
REGISTRY = (d.registrar(), d.contact())


async def lookup(url: str, kind: Kind, key: str) -> object:
    reader = open_store(url)
    await reader.start()
    try:
        hits = (await reader.lookup(Lookup(kind, key))).hits
    finally:
        await reader.close()
    return hits[0].graph if hits else None


def about(found: Sequence[Finding], message: str) -> Finding:
    (one,) = [finding for finding in found if message in finding.message]
    return one


@pytest.mark.clause("RFC 9022 §14")
async def test_the_sample_of_the_rfc_is_taken_and_its_quirks_are_said(take: Ingest, url: str) -> None:
    summary = await take(SAMPLE)
    assert summary.objects == 9
    quirks = "\n".join(f"{note} {number}" for note, number in summary.notes.items())
    for quirk in (
        (
            "a name is none, or not below the TLD, as domain example1.example: rdeDomain:name: it is "
            "not below test, the TLD of the deposit [RFC 9022 §5.9.1; RDE_DOMAIN_HAS_INVALID_NAME] 2"
        ),
        (
            "NNDN xn--exampl-gva.example: rdeNNDN:aName: it is not below test, the TLD of the "
            "deposit [RFC 9022 §5.9.1] 1"
        ),
        (
            "a registrant is not there, as domain example1.example: rdeDomain:registrant: there is "
            "no contact 'jd1234' in the repository [RFC 9022 §8; RDE_DOMAIN_HAS_INVALID_REGISTRANT] "
            "2"
        ),
        (
            "there is no host 'ns1.example.com' in the repository [ICANN RST rde-07; "
            "RDE_DOMAIN_HAS_MISSING_NAMESERVER] 1"
        ),
    ):
        assert quirk in quirks
    assert len(summary.notes) == 4
    graph = await lookup(url, Kind.DOMAIN, "example1.example")
    assert isinstance(graph, DomainGraph)
    assert graph.domain.roid == "Dexample1-TEST"
    assert graph.sponsor is not None
    assert graph.sponsor.registrar.gurid == 8
    contact = await lookup(url, Kind.ENTITY, "Csh8013-TEST")
    assert isinstance(contact, ContactGraph)
    assert (contact.contact.voice, contact.contact.voice_ext) == ("+1.7035555555", "1234")


@pytest.mark.clause("RFC 8909 §6.1")
async def test_white_space_in_tokens_is_collapsed(take: Ingest, url: str) -> None:
    wrapped = d.domain().replace("<rdeDomain:clID>R-1<", "<rdeDomain:clID>\n   R-1\n  <")
    await take(d.full(d.registrar().replace("Registrar One", "Registrar\n     One"), d.contact(), wrapped))
    graph = await lookup(url, Kind.DOMAIN, "one.example")
    assert isinstance(graph, DomainGraph)
    assert graph.sponsor is not None
    assert graph.sponsor.registrar.name == "Registrar One"


@pytest.mark.clause("RFC 8909 §4")
async def test_namespaces_decide_and_not_prefixes(take: Ingest, url: str) -> None:
    deposit = d.full(*REGISTRY, d.domain()).decode()
    for prefix in ("rdeDomain", "rdeContact", "rde"):
        deposit = deposit.replace(f"{prefix}:", f"x{len(prefix)}:").replace(
            f"xmlns:{prefix}=", f"xmlns:x{len(prefix)}="
        )
    await take(deposit.encode())
    assert await lookup(url, Kind.DOMAIN, "one.example")


async def test_a_default_namespace_is_as_good(take: Ingest, url: str) -> None:
    one = d.domain().replace("<rdeDomain:", "<").replace("</rdeDomain:", "</")
    one = one.replace("<domain>", '<domain xmlns="urn:ietf:params:xml:ns:rdeDomain-1.0">', 1)
    deposit = d.full(*REGISTRY, d.domain("two.example")).replace(
        b"<rdeDomain:domain>", one.encode() + b"<rdeDomain:domain>"
    )
    await take(deposit.replace(b'rdeDomain-1.0">1<', b'rdeDomain-1.0">2<'))
    assert await lookup(url, Kind.DOMAIN, "one.example")


async def test_gzip_is_read_as_it_is(take: Ingest, url: str) -> None:
    await take(d.full(*REGISTRY, d.domain()), packed=True)
    assert await lookup(url, Kind.DOMAIN, "one.example")


@pytest.mark.clause("RFC 8909 §9")
async def test_auth_info_is_dropped_and_never_stored(take: Ingest, url: str, tmp_path: Path) -> None:
    secret = "<domain:authInfo><domain:pw>2fooBAR</domain:pw></domain:authInfo>"
    own = "<rdeDomain:authInfo>2fooBAR</rdeDomain:authInfo>"
    summary = await take(d.full(*REGISTRY, d.domain(more=secret + own)))
    assert "authInfo is dropped, never stored (RFC 8909 §9)" in summary.notes
    assert b"2fooBAR" not in (tmp_path / "registry.db").read_bytes()


@pytest.mark.clause("RFC 9022 §7")
async def test_unknown_namespaces_are_skipped_with_a_note_wherever_they_stand(take: Ingest) -> None:
    more = 'xmlns:odd="urn:test:odd"'
    inside = d.domain(more="<odd:thing>1</odd:thing>")
    summary = await take(d.full(*REGISTRY, "<odd:object><odd:name>x</odd:name></odd:object>", inside, more=more))
    notes = " ".join(summary.notes)
    assert "skipped objects {urn:test:odd}object" in notes
    assert "skipped {urn:test:odd}thing in rdeDomain:domain" in notes


async def test_a_u_label_name_is_computed_where_it_is_not_given(take: Ingest, url: str) -> None:
    await take(d.full(*REGISTRY, d.domain("xn--mnchen-3ya.example", roid="D1-TEST")))
    graph = await lookup(url, Kind.DOMAIN, "xn--mnchen-3ya.example")
    assert isinstance(graph, DomainGraph)
    assert graph.domain.u_name == "münchen.example"


async def test_a_local_form_has_the_script_of_its_text_for_a_language_and_says_so(take: Ingest, url: str) -> None:
    await take(d.full(d.registrar(), d.contact("C-1", name="Ольга"), d.contact("C-2", name="Ann")))
    cyrillic = d.contact("C-3", name="Ольга").replace("1 Calle Mayor", "Улица").replace("2 izq.", "дом")
    cyrillic = cyrillic.replace("Madrid", "Москва").replace("Org of C-3", "ООО").replace(">M<", ">М<")
    await take(d.full(d.registrar(), cyrillic, watermark="2026-02-01T00:00:00Z"))
    found = await lookup(url, Kind.ENTITY, "C3-TEST")
    assert isinstance(found, ContactGraph)
    (form,) = found.contact.postal
    assert (form.lang, form.lang_origin) == ("und-Cyrl", "script")


async def test_all_findings_are_told_with_object_element_rule_and_line(findings: Findings) -> None:
    bad = d.domain("two.example", statuses=("okay",)).replace("2020-01-01T00:00:00Z", "yesterday")
    found = await findings(d.full(*REGISTRY, bad, d.domain("-x.example"), d.contact("C-2", email="no mail")))
    assert [(one.place, one.element) for one in found] == [
        ("domain two.example", "rdeDomain:status"),
        ("domain two.example", "rdeDomain:crDate"),
        ("domain -x.example", "rdeDomain:name"),
        ("contact C-2", "rdeContact:email"),
    ]
    assert all(one.line and one.rule for one in found)
    assert [one.line for one in found] == sorted(one.line for one in found)


async def test_a_hopeless_deposit_is_reported_up_to_a_cap(take: Ingest) -> None:
    hopeless = [d.domain(f"-{number}.example") for number in range(1_200)]
    with pytest.raises(DepositError) as refusal:
        await take(d.full(*REGISTRY, *hopeless))
    assert (len(refusal.value.findings), refusal.value.hidden) == (100, 1_100)


@pytest.mark.clause("RFC 9022 §5.9")
async def test_counts_that_differ_from_the_contents_are_refused(findings: Findings) -> None:
    uri = "urn:ietf:params:xml:ns:rdeDomain-1.0"
    found = await findings(d.full(*REGISTRY, d.domain(), counts={uri: 2}))
    assert about(found, "counts 2 objects").element == "rdeHeader:count"
    assert about(found, f"of {uri}, the deposit has 1").line


async def test_objects_of_the_standard_in_an_unknown_version_are_not_passed_over(
    take: Ingest, findings: Findings, url: str
) -> None:
    await take(d.full(*REGISTRY, d.domain()))
    newer = d.full(*REGISTRY, d.domain(), watermark="2026-02-01T00:00:00Z").replace(
        b"rdeDomain-1.0", b"rdeDomain-2.0"
    )
    found = await findings(newer)
    assert about(found, "{urn:ietf:params:xml:ns:rdeDomain-2.0}domain are of a version that is not known here")
    assert await lookup(url, Kind.DOMAIN, "one.example")


async def test_a_deposit_that_closes_every_domain_says_so(take: Ingest) -> None:
    await take(d.full(*REGISTRY, d.domain(), d.domain("two.example")))
    summary = await take(d.full(*REGISTRY, watermark="2026-02-01T00:00:00Z"))
    assert "the deposit has no domain: all 2 of the repository are closed" in summary.notes


async def test_a_link_leads_to_a_page_and_to_nothing_else(findings: Findings) -> None:
    for url in ("javascript:alert(1)", "data:text/html,x", "ftp://registrar.example/"):
        bad = d.registrar().replace("https://registrar.example.net<", f"{url}<")
        assert about(await findings(d.full(bad)), "is no URL of http or https").element == "rdeRegistrar:url"


@pytest.mark.clause("RFC 9022 §5.6")
async def test_a_name_is_a_domain_or_an_nndn(findings: Findings) -> None:
    found = await findings(d.full(*REGISTRY, d.domain(), d.nndn("one.example")))
    assert about(found, "'one.example' is a domain too").place == "NNDN one.example"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'type="FULL"', b'type="HALF"', "attribute type is 'HALF'"),
        (b'type="FULL"', b'type="DIFF"', "attribute prevId is missing"),
        (b'type="FULL"', b'type="DIFF" prevId="x"', "a deposit of type DIFF builds on a FULL"),
        (b'type="FULL"', b'type="INCR"', "a deposit of type INCR builds on a FULL"),
        (b'id="', b'id="2026-01-01', "attribute id is"),
        (b' id="', b' resend="x" id="', "attribute resend"),
        (b"2026-01-01T00:00:00Z</rde:watermark>", b"2027-01-01T00:00:00Z</rde:watermark>", "is in the future"),
        (b"2026-01-01T00:00:00Z</rde:watermark>", b"2026-01-01T00:00:00+01:00</rde:watermark>", "not in UTC"),
        (b"<rde:version>1.0<", b"<rde:version>2.0<", "the menu's version is '2.0'"),
        (b"<rdeHeader:tld>example</rdeHeader:tld>", b"", "it names no tld"),
        (b"</rdeHeader:tld>", b"</rdeHeader:tld><rdeHeader:tld>b</rdeHeader:tld>", "names a second repository"),
    ],
)
@pytest.mark.clause("RFC 8909 §5.1")
async def test_a_bad_frame_is_refused(findings: Findings, old: bytes, new: bytes, message: str) -> None:
    deposit = d.full(*REGISTRY, d.domain())
    assert old in deposit
    assert about(await findings(deposit.replace(old, new, 1)), message)


async def test_a_deposit_without_a_header_is_refused(findings: Findings) -> None:
    deposit = d.full(*REGISTRY)
    start, end = deposit.index(b"<rdeHeader:header>"), deposit.index(b"</rdeHeader:header>")
    found = await findings(deposit[:start] + deposit[end + len(b"</rdeHeader:header>") :])
    assert about(found, "there is no rdeHeader:header")


async def test_a_header_behind_the_objects_serves_as_well(take: Ingest, url: str) -> None:
    deposit = d.full(*REGISTRY, d.domain())
    start, end = deposit.index(b"<rdeHeader:header>"), deposit.index(b"</rdeHeader:header>") + 19
    header = deposit[start:end]
    await take(deposit.replace(header, b"").replace(b"</rde:contents>", header + b"</rde:contents>"))
    assert await lookup(url, Kind.DOMAIN, "one.example")


async def test_an_older_watermark_does_not_replace_a_newer_state(take: Ingest, findings: Findings) -> None:
    await take(d.full(*REGISTRY, watermark="2026-02-01T00:00:00Z"))
    found = await findings(d.full(*REGISTRY, d.domain(), watermark="2026-01-31T00:00:00Z"))
    assert about(found, "older than the store's, 2026-02-01T00:00:00Z")


async def test_a_refused_deposit_leaves_the_store_as_it_was(take: Ingest, findings: Findings, url: str) -> None:
    await take(d.full(*REGISTRY, d.domain()))
    before = _dump(url)
    await findings(d.full(d.registrar(name="Other"), d.domain("-bad.example"), watermark="2026-02-01T00:00:00Z"))
    assert _dump(url) == before


async def test_a_refused_first_deposit_leaves_no_file(findings: Findings, tmp_path: Path) -> None:
    await findings(d.full(*REGISTRY, d.domain("-bad.example")))
    assert not list(tmp_path.glob("registry.db*"))


@pytest.mark.parametrize(
    ("name", "before", "use"),
    [
        ("internal entity", '<!DOCTYPE d [<!ENTITY a "x">]>', "&a;"),
        ("external entity", '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "&a;"),
        ("external subset", '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">', ""),
        (
            "billion laughs",
            "<!DOCTYPE d [<!ENTITY a 'ha'>"
            + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
            + "]>",
            "&j;",
        ),
    ],
)
async def test_a_doctype_is_refused_unread(findings: Findings, name: str, before: str, use: str) -> None:
    deposit = d.full(d.registrar().replace("Registrar One", f"Registrar {use or 'One'}"), before=before)
    assert about(await findings(deposit), "it has a DOCTYPE"), name


async def test_what_is_no_deposit_is_refused(findings: Findings) -> None:
    assert about(await findings(b"not xml at all"), "no well-formed XML").line == 1
    assert about(await findings(b"<html/>"), "the root element is html")
    assert about(await findings(d.full(*REGISTRY)[:-60]), "no well-formed XML")
    assert about(await findings(b""), "no well-formed XML")


async def test_a_broken_gzip_stream_is_refused(take: Ingest, tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "broken.xml.gz"
    packed = gzip.compress(d.full(*REGISTRY, *[d.domain(f"n{number}.example") for number in range(500)]))
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(DepositError, match="gzip stream is broken"):
        await take(path)


async def test_deep_nesting_and_endless_objects_are_refused(findings: Findings) -> None:
    deep = "<odd:a>" * 400 + "</odd:a>" * 400
    assert about(await findings(d.full(deep, more='xmlns:odd="urn:test:odd"')), "no well-formed XML")
    long = f"<odd:a>{'<odd:b>x</odd:b>' * 1_400_000}</odd:a>"
    assert about(
        await findings(d.full(long, more='xmlns:odd="urn:test:odd"')), "an object has more than 262,144 elements"
    )


async def test_objects_nobody_reads_do_not_fill_the_memory(take: Ingest) -> None:
    import resource

    odd = "<odd:object><odd:name>something to read</odd:name></odd:object>" * 400_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    deposit = d.full(d.registrar(), odd, more='xmlns:odd="urn:test:odd"', counts={"urn:test:odd": 400_000})
    summary = await take(deposit)
    assert (
        summary.notes["skipped objects {urn:test:odd}object: no declared extension reads them (RFC 9022 §7)"]
        == 400_000
    )
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 4 * len(deposit) / 1024 + 40_000  # a tree of it would take ten times as much


async def test_a_declared_extension_is_read_into_the_store_without_code(
    take: Ingest, url: str, tmp_path: Path
) -> None:
    document = tmp_path / "eligibility.yaml"
    document.write_text("""
extension: eligibility
namespace: urn:test:e
objects:
  - {xml: eligible, owner: domain, key: domain, table: eligibility}
tables:
  eligibility:
    long: {es: Elegibilidad, en: Eligibility}
    description: {es: Por qué., en: Why.}
    source: SAC054 §3.1
    elements:
      - short: ground
        xml: ground
        long: {es: Motivo, en: Ground}
        description: {es: El motivo., en: The ground.}
        type: text
        min: 1
""")
    given = "<e:eligible><e:domain>ONE.example</e:domain><e:ground>resident</e:ground></e:eligible>"
    await take(d.full(*REGISTRY, d.domain(), given, more='xmlns:e="urn:test:e"'), [document])
    graph = await lookup(url, Kind.DOMAIN, "one.example")
    assert isinstance(graph, DomainGraph)
    assert [(one.table, one.values) for one in graph.extensions] == [("eligibility", {"ground": ("resident",)})]


def _dump(url: str) -> list[str]:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        return list(connection.iterdump())
