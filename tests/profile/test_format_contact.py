"""The formats of what a contact is reached by: country, telephone, e-mail, language."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.profile.format import FORMATS
from tests.profile.vectors import L63, fits, refusal, vectors


@pytest.mark.clause("SAC054 appendix A")
@vectors(
    "ES MX GB GR US AX BQ SS CW TL UM AQ PS TW",
    "E ESP es Es 724 ＥＳ E1 EU UK EL XK AC TA IC EA CP CQ DG EZ UN SU FX AN YU TP CS AA QM QO QZ XA XB XX "
    "XZ ZZ EN 001 BX AB",
    refused=["", "  ", "ES\n"],
)
def test_a_country_code_is_one_that_iso_3166_1_has_assigned(value: str, expected: bool) -> None:
    assert fits("iso3166-1-alpha-2", value) is expected


def test_iso_3166_1_assigns_249_codes() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert sum(fits("iso3166-1-alpha-2", a + b) for a in letters for b in letters) == 249


@pytest.mark.parametrize(
    ("code", "said"),
    [("UK", "reserved"), ("UK", "write GB"), ("XK", "left to users"), ("AN", "withdrawn"), ("es", "write ES")],
)
def test_the_refusal_of_a_country_code_says_what_it_is(code: str, said: str) -> None:
    assert said in refusal("iso3166-1-alpha-2", code)


@pytest.mark.clause("RFC 5733 §2.5")
@pytest.mark.clause("SAC054 appendix A")
@pytest.mark.parametrize("name", ["e164", "e123"])
@vectors(
    "+34.911234567 +1.7035555555 +39.0698123 +383.38123456 +379.0669812345 +800.12345678 +888.1234 +1.0 "
    "+44.02079460000 +1.12345678901234 +998.123456789012 +690.1",
    "+ +34 +34. 34.911234567 +34911234567 +34.911-234 +999.1234567 +0.1234 +011.44 +210.123456 +4.4123456 "
    "+1703.5555555 +34.911x12 tel:+34.9 +1.123456789012345 +998.1234567890123 +34.９１１ +٣٤.911 ++34.911 "
    "+34.9.1",
    refused=["", "+34 911234567", "+34.911 234 567", "+34.911\n"],
)
def test_a_telephone_number_has_an_assigned_code_and_15_digits_at_most(
    name: str, value: str, expected: bool
) -> None:
    assert fits(name, value) is expected


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+34.911234567", "+34 911 23 45 67"),
        ("+1.7035555555", "+1 703 555 5555"),  # at home with hyphens, which E.123 has not
        ("+44.2079460000", "+44 20 7946 0000"),
        ("+39.0698123", "+39 06 98123"),  # Italy's zero is dialled from abroad
        ("+44.02079460000", "+44 02079460000"),  # and Britain's is not, but no digit is dropped
        ("+379.0669812345", "+379 0669812345"),
        ("+999.123", "+999 123"),
        ("+1.0", "+1 0"),
        ("+1.000", "+1 000"),
        ("no number", "no number"),
        ("+34.911x", "+34.911x"),
    ],
)
def test_a_person_reads_a_telephone_number_in_groups(value: str, shown: str) -> None:
    display = FORMATS["e123"].display
    assert display is not None
    assert display(value) == shown


@settings(deadline=None)
@given(st.from_regex(r"\+[0-9]{1,3}\.[0-9]{1,14}", fullmatch=True))
def test_the_groups_have_the_digits_of_the_number_and_nothing_else(value: str) -> None:
    display = FORMATS["e123"].display
    assert display is not None
    assert display(value).replace(" ", "") == value.replace(".", "")


LOCAL_64 = "l" * 64


@pytest.mark.clause("RFC 5322 §3.4.1")
@pytest.mark.clause("RFC 5321 §4.5.3.1")
@vectors(
    "jdoe@example.test a@b a.b.c@example.test !#$%&'*+-/=?^_`{|}~@example.test JDoe@EXAMPLE.test 1@1.test "
    "a@xn--and-6ma2c.test",
    "@ a @example.test a@ a@b@c a..b@example.test .a@example.test a.@example.test a@-b.test a@b..test "
    "a@example.test. a@example_b.test a@[192.0.2.1] a@[IPv6:2001:db8::1] a@192.0.2.1 a@b:25 <a@b.test> "
    "a@b.test,c@d.test (c)a@b.test a@(c)b.test mailto:a@b.test a@xn--zzzzzz.test a@xn--ls8h.la",
    fitting=[
        '"john doe"@example.test',
        '"a@b"@example.test',
        r'"a\"b\\"@example.test',
        '""@example.test',
        '".."@a.test',
        f"{LOCAL_64}@example.test",
        f"{LOCAL_64}@{L63}.{L63}.{'a' * 61}",
    ],
    refused=[
        "",
        "a b@example.test",
        " a@example.test",
        "a@example.test ",
        "a@example.test\n",
        "John <jdoe@example.test>",
        '"a@example.test',
        'a"b"@example.test',
        '"a"b@example.test',
        '"a"."b"@c.test',
        '"a\\"@c.test',
        'a"@c.test',
        r"a\ b@c.test",
        "a@b.test\r\nBcc: c@d.test",
        '"a\r\n b"@c.test',
        "a\x00@b.test",
        "a\x7f@b.test",
        f"{LOCAL_64}l@example.test",
        f"{LOCAL_64}@{L63}.{L63}.{'a' * 62}",
    ],
)
def test_an_e_mail_address_is_a_mailbox_at_a_domain_name(value: str, expected: bool) -> None:
    assert fits("rfc5322", value) is expected


@pytest.mark.clause("RFC 6531 §3.3")
@vectors(
    "ñandú@example.test 用户@例え.test jdoe@ñandú.test",
    "a@Ñandú.test a@例え。test a＠example.test",
    fitting=['"ñ ñ"@example.test', "ñ" * 32 + "@example.test"],
    refused=[
        "n\u0303@example.test",
        "a@n\u0303.test",
        "a\u202eb@example.test",
        "a\u200bb@example.test",
        "a\u00a0b@example.test",
        "a\u0085b@example.test",
        "\ud800@example.test",
        "a@\ud800.b",
        "ñ" * 33 + "@example.test",
        "a\u2028b@example.test",
    ],
)
def test_an_e_mail_address_may_be_in_any_script(value: str, expected: bool) -> None:
    assert fits("rfc5322", value) is expected


@pytest.mark.clause("RFC 5646 §2.1")
@pytest.mark.clause("RFC 5646 §2.2.9")
@vectors(
    "es es-MX ES-mx es-419 zh-Hant-TW zh-cmn-Hans-CN sl-rozaj-biske-1994 de-CH-1901 und-Latn "
    "en-a-bbb-x-a-ccc de-1996-u-co-phonebk-t-it x-whatever X-a-1 qaa-Qaaa-QM-x-southern mas iw i-klingon "
    "i-default en-GB-oed sgn-BE-FR zh-min-nan art-lojban bh sr-CS ru-SU en-EU",
    "- e 1 es- -es es--MX es_MX español spanish lati abcdefghi xx qq en-UK en-UK-x-a es-QL i-nothing x x- "
    "en-x en-a en-a-b x-123456789 de-1901-1901 de-CH-1901-CH en-a-bbb-a-ccc en-A-bbb-a-ccc sl-rozaj-ROZAJ "
    "de-419-DE a-DE zh-cmn-hak zh-abc-def-ghi-jkl en-GB-Latn ｅs ar-a-aaa-b-bbb-a-ccc",
    refused=["", "es MX", "es\n", "e\u212a"],
)
def test_a_language_tag_is_well_formed_and_its_language_known(value: str, expected: bool) -> None:
    assert fits("rfc5646", value) is expected


@pytest.mark.clause("RFC 5646 §2.2.1")
def test_every_language_of_two_letters_is_known() -> None:
    registered = (
        "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de "
        "dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id "
        "ie ig ii ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li "
        "ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa "
        "pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th "
        "ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
    )
    letters = "abcdefghijklmnopqrstuvwxyz"
    assert [a + b for a in letters for b in letters if fits("rfc5646", a + b)] == registered.split()
