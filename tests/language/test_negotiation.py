"""Which language is chosen, and which script a tag implies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.language import chosen, fits, primary, script_of, territory

_TAGS = st.sampled_from(
    "en es es-MX es-419 ru ru-Latn zh zh-TW zh-Hant zh-Hans-SG sr sr-Latn de-CH-1996 en-x-twain und *".split()
)


@pytest.mark.clause("RFC 4647 §3.4")
@pytest.mark.parametrize(
    ("wanted", "offered", "found"),
    [
        ("es", "en es ru", "es"),
        ("es-MX", "en es", "es"),
        ("ES-mx", "en es-MX es", "es-MX"),
        ("es-419", "en es", "es"),
        ("fr ru", "en ru", "ru"),
        ("de-CH-1996", "de de-CH", "de-CH"),
        ("zh-Hant-CN-x-private1-private2", "en zh-Hant-CN", "zh-Hant-CN"),
        ("en", "en-x-twain", None),
        ("fr", "en es", None),
        ("es", "", None),
        ("", "en", None),
    ],
)
def test_a_range_is_cut_shorter_until_a_tag_is_found(wanted: str, offered: str, found: str | None) -> None:
    assert chosen(wanted.split(), offered.split()) == found


@pytest.mark.parametrize(
    ("wanted", "offered", "found"),
    [
        ("zh-TW", "zh-Hans zh-Hant", "zh-Hant"),
        ("zh-HK", "zh zh-Hant", "zh-Hant"),
        ("zh-HK", "en zh-TW", "zh-TW"),
        ("zh-SG", "zh-Hant zh-Hans", "zh-Hans"),
        ("zh-TW", "zh-Hans en", None),
        ("zh-TW", "en zh", "zh"),
        ("zh-cmn-Hant", "zh-Hans zh-Hant", "zh-Hant"),
        ("sr-Latn-RS", "sr sr-Latn", "sr-Latn"),
        ("sr-ME", "sr-Cyrl sr-Latn", "sr-Latn"),
        ("sh", "sr-Cyrl sr-Latn", "sr-Latn"),
        ("iw", "en he", "he"),
        ("pt", "en pt-BR", "pt-BR"),
    ],
)
def test_the_script_that_a_range_implies_is_kept(wanted: str, offered: str, found: str | None) -> None:
    assert chosen(wanted.split(), offered.split()) == found


@pytest.mark.clause("RFC 4647 §3.4")
def test_an_asterisk_takes_the_first_that_is_offered_if_nothing_follows_it() -> None:
    assert chosen(["fr", "*"], ["es", "en"]) == "es"
    assert chosen(["*", "en"], ["es", "en"]) == "en"
    assert chosen(["*", "fr"], ["es", "en"]) is None
    assert chosen(["*"], []) is None


def test_ranges_without_end_are_not_looked_at() -> None:
    assert chosen(["fr"] * 32 + ["es"], ["es"]) is None
    assert chosen(["es-" + "a-" * 5000 + "b"], ["es"]) is None


@given(st.lists(_TAGS), st.lists(_TAGS.filter("*".__ne__), unique=True))
def test_what_is_chosen_is_offered_and_what_is_offered_is_chosen_by_its_own_tag(
    wanted: list[str], offered: list[str]
) -> None:
    assert chosen(wanted, offered) in {*offered, None}
    for tag in offered:
        assert chosen([tag], offered) == tag


@pytest.mark.clause("RFC 5646 §2.2.1")
def test_the_first_subtag_is_the_language() -> None:
    assert [primary(tag) for tag in ("es-MX", "RU", "und-Cyrl")] == ["es", "ru", "und"]


@pytest.mark.clause("RFC 5646 §2.2.3")
@pytest.mark.parametrize(
    ("tag", "script"),
    [
        ("ru", "Cyrl"),
        ("es", "Latn"),
        ("und-Cyrl", "Cyrl"),
        ("RU-latn", "Latn"),
        ("zh", "Hans"),
        ("zh-TW", "Hant"),
        ("zh-yue", "Hant"),
        ("sr-ME", "Latn"),
        ("sh", "Latn"),
        ("de-CH-1996", "Latn"),
        ("und", ""),
        ("und-RU", ""),
        ("tlh", ""),
        ("x-private", ""),
        ("not a tag", ""),
        ("", ""),
    ],
)
def test_a_tag_implies_a_script_or_none_is_known(tag: str, script: str) -> None:
    assert script_of(tag) == script


@pytest.mark.parametrize(
    ("tag", "script_tag", "does"),
    [
        ("ru", "und-Cyrl", True),
        ("es", "und-Cyrl", False),
        ("es-MX", "und-Latn", True),
        ("ru-Latn", "und-Cyrl", False),
        ("sr", "und-Latn", True),
        ("sr-Cyrl", "und-Latn", False),
        ("zh-Hans", "und-Hani", True),
        ("zh-TW", "und-Hani", True),
        ("ja", "und-Hani", True),
        ("ja", "und-Kana", True),
        ("ko", "und-Hani", True),
        ("ko", "und-Hang", True),
        ("ko", "und-Kana", False),
        ("zh-Hans", "und-Hant", False),
        ("tlh", "und-Latn", True),
        ("es", "und", True),
    ],
)
def test_a_tag_fits_a_text_in_a_script_of_its_language(tag: str, script_tag: str, does: bool) -> None:
    assert fits(tag, script_tag) is does


def test_a_territory_has_its_name_in_the_language_or_in_the_wider_one() -> None:
    assert territory("DE", "ru") == "Германия"
    assert territory("de", "es-MX") == "Alemania"
    assert territory("DE", "es-x-plain") == "Alemania"
    assert territory("XX", "es") == ""
    assert territory("DE", "tlh") == ""
