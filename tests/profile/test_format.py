"""The named formats: what each takes and what it refuses, and what no value can do to any of them."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import BadValue
from directory.model.element import CANONICAL
from directory.model.format import EPP_STATUSES
from directory.profile.format import FORMATS
from tests.profile.vectors import L63, fits, refusal, vectors

NAME_253 = f"{L63}.{L63}.{L63}.{'a' * 61}"


@pytest.mark.clause("RFC 1034 §3.5")
@pytest.mark.clause("SAC054 appendix A")
@vectors(
    "example.test a 4.test Example.TEST xn--and-6ma2c.test a--b.test 192.0.2.1 xn--ls8h.la",
    ". example.test. .example.test a..b -a.test a-.test a_b.test ñandú.test *.test ٣.test",
    fitting=[f"{L63}.test", NAME_253],
    refused=["", "a b.test", f"{L63}a.test", f"a{NAME_253}", "a.test\n", "\u212a.test", "a\x00.test"],
)
def test_a_domain_name_is_of_letters_digits_and_hyphens(value: str, expected: bool) -> None:
    assert fits("rfc1034", value) is expected


@pytest.mark.clause("RFC 1123 §2.1")
@vectors(
    "ns1.example.test 3com.test 1.2.3.a4 localhost 4.3.2.1.in-addr.arpa",
    "192.0.2.1 7 ns1.123 2001:db8::1 [2001:db8::1] ns1.example.test. ñ.test a_b.test",
    fitting=[NAME_253],
    refused=[""],
)
def test_a_host_name_is_never_taken_for_an_address(value: str, expected: bool) -> None:
    assert fits("rfc1123", value) is expected


@pytest.mark.clause("RFC 5890 §2.3.2.1")
@vectors(
    "ñandú.test ñ straße.test münchen 例え.test l·l.cat пример.испытание a.ñ.b.test",
    "example.test Ñandú.test ñandú.TEST xn--and-6ma2c.test ñ.xn--and-6ma2c ñandú.test. 例え。test -ñ.test "
    "ñ-.test ·.test 💩.test ñ..test ｅñ.test א1a.test",
    fitting=["क्\u200dष.test", "ñ" * 57],
    refused=[
        "",
        "n\u0303andú.test",
        "a\u200cb.test",
        "ñ" * 58,
        f"ñ.{NAME_253[2:]}",
        "ñ" * 254,
        "ñ\ud800.test",
        "\u202eñ.test",
    ],
)
def test_a_u_label_name_is_what_its_a_labels_decode_to(value: str, expected: bool) -> None:
    assert fits("rfc5890", value) is expected


def test_who_writes_a_u_label_otherwise_is_told_how() -> None:
    assert "write 'ñandú.test'" in refusal("rfc5890", "Ñandú.test")
    assert "write 'ñandú.test'" in refusal("rfc5890", "xn--and-6ma2c.test")


@pytest.mark.clause("RFC 3986 §3")
@pytest.mark.clause("RFC 3986 §3.2.2")
@vectors(
    "http://www.example.test https://www.example.test/ HTTPS://WWW.EXAMPLE.TEST/ http://example.test:8080 "
    "http://example.test:/ http://example.test:0/ https://example.test:65535/a http://192.0.2.1/ "
    "http://[2001:db8::1]:8080/ http://example.test./ http://localhost https://a.test?q=1&r=%C3%B1 "
    "https://a.test/a//b/../c;p=1,2/@:!$'()*+#part/? https://a.test#top http://xn--and-6ma2c.test/ "
    "mailto:a@b.c ftp://x/y?q#f javascript:alert(1) urn:isbn:0451450523 tel:+1-816-555-1212 file:///etc/hosts "
    "ldap://[2001:db8::7]/c=GB?objectClass?one ssh://user@a.test:22/ x://[v1.fe80::a+en1]/ about: a+b-c.d:e%20f",
    "example.test www.example.test/ http:example.test "
    "http:/example.test http:// http:///path http://:80/ //example.test/ http://?q 1a:b :a ftp://a:b:c/ "
    "ftp://[1]/ ftp://[x:y]/ mailto:a%b mailto:ñ@b.c x:a#b#c x:[a] ftp://a@b@c/ x:/a|b "
    "http://user@example.test/ http://www.example.test@evil.test/ http://@a.b/ http://ñandú.test/ "
    "http://a.test/ñ http://a.test/% http://a.test/%2 http://a.test/%zz http://a.test/<b> http://a.test/[ "
    "http://a.test/#a#b http://a..test/ http://a_b.test/ http://a.test:65536/ http://a.test:99999999/ "
    "http://a.test:８/ http://192.0.2.256/ http://192.0.2.01/ http://1.2.3/ http://2001:db8::1/ "
    "http://[2001:db8::1/ http://[fe80::1%25eth0]/ http://[]/ http://[192.0.2.1]/ http://a%41.test/ "
    "http://a.test..",
    fitting=["https://a.test/" + "a" * 2_033],
    refused=[
        "",
        "http://a.test\\@evil.test/",
        "http://a.test/a b",
        "http://a.test/\n",
        "http://a.test\n",
        'http://a.test/"',
        " http://a.test/",
        "https://a.test/" + "a" * 2_034,
    ],
)
def test_a_uri_is_absolute_and_that_of_a_page_has_a_host(value: str, expected: bool) -> None:
    assert fits("rfc3986", value) is expected


@pytest.mark.clause("RFC 3339 §5.6")
@pytest.mark.clause("RFC 3339 §5.7")
@pytest.mark.clause("SAC054 appendix A")
@vectors(
    "2026-01-31T12:00:00Z 1999-04-03T22:00:00.0Z 2024-02-29T00:00:00Z 2026-12-31T23:59:59.999999999Z "
    "2016-12-31T23:59:60Z 2015-06-30T23:59:60.5Z 2000-02-29T23:59:60Z 0001-01-01T00:00:00Z",
    "2026-01-31 2026-01-31T12:00:00 2026-01-31T12:00:00+00:00 2026-01-31T12:00:00-00:00 "
    "2026-01-31T13:00:00+01:00 2026-01-31t12:00:00Z 2026-01-31T12:00:00z 2026-02-29T12:00:00Z "
    "2026-13-01T12:00:00Z 2026-00-01T12:00:00Z 2026-04-31T12:00:00Z 2026-01-31T24:00:00Z "
    "2026-01-31T12:60:00Z 2026-01-31T12:00:61Z 0000-01-01T00:00:00Z 2026-01-31T12:00:60Z "
    "2016-12-31T22:59:60Z 2016-12-30T23:59:60Z 2026-02-29T23:59:60Z 2026-01-31T12:00Z 26-01-31T12:00:00Z "
    "2026-1-31T12:00:00Z 2026-01-31T12:00:00.Z 2026-01-31T12:00:00,5Z 20260131T120000Z "
    "２０２６-01-31T12:00:00Z 2026-01-31T12:00:00.٣Z",
    fitting=[f"2026-01-31T12:00:00.{'1' * 64}Z"],
    refused=["", "2026-01-31 12:00:00Z", "2026-01-31T12:00:00Z\n", f"2026-01-31T12:00:00.{'1' * 65}Z"],
)
def test_a_date_time_is_a_moment_of_the_calendar_in_utc(value: str, expected: bool) -> None:
    assert fits("rfc3339", value) is expected


@pytest.mark.clause("RFC 3339 §5.6")
@vectors(
    "2026-01-31 2024-02-29 0001-01-01 9999-12-31",
    "2026-02-29 2026-1-31 20260131 2026-W05-6 2026-01-31T00:00:00Z 31-01-2026 ２０２６-01-31 0000-01-01",
    refused=["", "2026-01-31 "],
)
def test_a_date_is_a_day_of_the_calendar(value: str, expected: bool) -> None:
    assert fits("date", value) is expected


@pytest.mark.clause("RFC 5731 §2.3")
@pytest.mark.clause("RFC 5732 §2.3")
@pytest.mark.clause("RFC 5733 §2.2")
@pytest.mark.clause("RFC 3915 §3.1")
@pytest.mark.parametrize("kind", ["domain", "host", "contact", "rgp"])
def test_every_status_of_an_object_fits_to_the_letter(kind: str) -> None:
    for code in EPP_STATUSES[kind]:
        assert fits("epp-status", code)
        for other in (code.upper(), code.capitalize(), f" {code}", f"{code}\n", code[:-1]):
            assert not fits("epp-status", other)


@pytest.mark.clause("SAC054 appendix A")
@pytest.mark.parametrize(
    "code", ["", "active", "client transfer prohibited", "readonly", "withheld", "clientApproved"]
)
def test_what_rdap_or_other_objects_call_a_status_does_not_fit(code: str) -> None:
    assert not fits("epp-status", code)


def test_a_misspelt_status_is_told_the_right_one() -> None:
    assert "did you mean 'clientHold'?" in refusal("epp-status", "clienthold")


@pytest.mark.clause("RFC 791 §3.2")
@vectors(
    "192.0.2.1 0.0.0.0 255.255.255.255",
    "192.0.2 192.0.2.1.1 192.0.2.01 192.0.2.256 192.0.2.-1 0x7f.0.0.1 3221225985 192.0.2.1/32 192.0.2.٣ ::1",
    refused=["", "192.0.2.1 ", "192.0.2.1\n"],
)
def test_an_ipv4_address_has_four_plain_decimals(value: str, expected: bool) -> None:
    assert fits("rfc791", value) is expected
    assert fits("ip", value) is (expected or value == "::1")


@pytest.mark.clause("RFC 5952 §4")
@vectors(
    "2001:db8::1 :: ::1 2001:db8:0:1:1:1:1:1 2001:0:0:1::1 2001:db8::1:0:0:1 ::ffff:192.0.2.1 "
    "1080::8:800:200c:417a",
    "2001:DB8::1 2001:db8:0:0:0:0:0:1 2001:0db8::1 2001:db8::1:1:1:1:1 2001::1:0:0:0:1 fe80::1%eth0 "
    "1080:0:0:0:8:800:200C:417A ::ffff:c000:201 2001:db8::g 2001:db8::1/128 ::: [::1] 1::2::3",
    refused=["", "2001:db8::1\n", "1:" * 40],
)
def test_an_ipv6_address_is_in_canonical_text(value: str, expected: bool) -> None:
    assert fits("rfc5952", value) is expected
    assert fits("ip", value) is expected


def test_an_address_in_another_form_is_told_the_canonical_one() -> None:
    assert "write '1080::8:800:200c:417a'" in refusal("ip", "1080:0:0:0:8:800:200C:417A")


@pytest.mark.clause("RFC 5730 §2.8")
@vectors(
    "D1234-EXAMPLE Dpinguino-TEST Hns1_example_test-TEST Ñ1-TEST",
    "D1234 -EXAMPLE D1234- D1234-EXAMPLE12 D-1-TEST",
    fitting=["a" * 80 + "-" + "b" * 8],
    refused=["", "a" * 81 + "-TEST", "D 1-TEST", "D1-TEST\n"],
)
def test_a_roid_has_a_key_and_its_repository(value: str, expected: bool) -> None:
    assert fits("roid", value) is expected


@pytest.mark.clause("SAC054 appendix A")
@vectors(
    "sh8013 a ID-1/2 ñ",
    "",
    fitting=["a b", "x" * 255],
    refused=[
        "",
        " ",
        " a",
        "a ",
        "a  b",
        "a\tb",
        "a\nb",
        "a\x00",
        "a\x81b",
        "a\u202eb",
        "a\u200b",
        "\ud800",
        "x" * 256,
    ],
)
def test_a_token_has_1_to_255_characters_that_print(value: str, expected: bool) -> None:
    assert fits("token", value) is expected


SAMPLES = st.one_of(
    st.text(max_size=300),
    st.text(alphabet='.-@:+/[]%"\\ aZ09ñ\u0301\u200d\ud800\u202e\n', max_size=300),
    st.from_regex(r"\A[a-z0-9.:@+-]{1,40}\Z"),
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LABEL = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,5}[A-Za-z0-9])?", fullmatch=True)
LIKELY = {
    "domain-name": st.lists(LABEL, min_size=1, max_size=5).map(".".join),
    "ip-address": st.one_of(st.ip_addresses().map(str), st.ip_addresses(v=6).map(lambda ip: ip.exploded.upper())),
    "date-time": st.datetimes(timezones=st.none()).map(lambda moment: f"{moment.isoformat()}+00:00"),
    "date": st.dates(min_value=date.min).map(str),
    "roid": st.from_regex(r"\w{1,80}-\w{1,8}", fullmatch=True),
    "country": st.text(alphabet=LETTERS, min_size=2, max_size=2),
    "phone": st.from_regex(r"\+[0-9]{1,3}\.[0-9]{1,14}", fullmatch=True),
    "integer": st.integers(min_value=0, max_value=10**18 - 1).map(str),
}
LIKELY["host-name"] = LIKELY["host-reference"] = LIKELY["domain-name"]
GUARANTEED = [(name, type_) for name in FORMATS for type_ in sorted(FORMATS[name].guaranteed_by)]


@pytest.mark.parametrize(("name", "type_"), GUARANTEED)
def test_what_a_type_guarantees_fits(name: str, type_: str) -> None:
    @settings(deadline=None)
    @given(st.one_of(SAMPLES, LIKELY.get(type_, SAMPLES)))
    def every_canonical_text_fits(text: str) -> None:
        try:
            canonical = CANONICAL[type_](text)
        except BadValue:
            return
        FORMATS[name].check(canonical)

    every_canonical_text_fits()


def test_date_times_and_names_need_no_second_look() -> None:
    assert ("rfc3339", "date-time") in GUARANTEED
    assert ("rfc1034", "domain-name") in GUARANTEED
    assert ("ip", "ip-address") in GUARANTEED


@pytest.mark.parametrize("name", FORMATS)
def test_no_text_makes_a_format_do_anything_but_refuse(name: str) -> None:
    @settings(deadline=None)
    @given(SAMPLES)
    def it_fits_or_is_refused(text: str) -> None:
        fits(name, text)

    it_fits_or_is_refused()


HOSTILE = [
    "a",
    "a.",
    ".",
    "-",
    "a-",
    "a@",
    '"\\',
    "1.",
    ":",
    "%",
    "=",
    " ",
    "9",
    "ñ",
    "\u0301",
    "x-a",
    "/",
    "en-a-bb",
]


@pytest.mark.parametrize("name", FORMATS)
def test_a_hostile_text_is_refused_at_once(name: str) -> None:
    began = time.perf_counter()
    for part in HOSTILE:
        assert not fits(name, f"{part * 100_000}!")
        for count in (60, 120, 250):  # within the bounds, where the grammars work
            fits(name, f"{part * (count // len(part))}!")
            fits(name, f"http://{part * count}!")
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("name", FORMATS)
def test_a_refusal_does_not_repeat_a_hostile_text(name: str) -> None:
    assert len(refusal(name, "x" * 1_000_000)) < 200


@pytest.mark.clause("SAC054 appendix A")
def test_every_format_of_the_appendix_is_there() -> None:
    appendix = "rfc1034 rfc5890 rfc1123 rfc3986 rfc3339 iana-registrar-id epp-status ip rfc791 rfc5952"
    assert set(f"{appendix} iso3166-1-alpha-2 e164 rfc5322 rfc5646 e123".split()) <= set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_names_its_clause_and_real_types(name: str) -> None:
    assert FORMATS[name].name == name
    assert FORMATS[name].source
    assert FORMATS[name].guaranteed_by <= CANONICAL.keys()


def test_nobody_pays_for_the_libraries_before_their_first_use() -> None:
    code = "import sys, directory.profile.format; print({'babel', 'phonenumbers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
