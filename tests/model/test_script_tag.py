"""The script of a text is told from the text itself, and never guessed."""

from __future__ import annotations

import pytest

from directory.model.format import script_tag


@pytest.mark.clause("RFC 5646 §2.2.3")
@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("ул. Садовая, 5 Казань", "und-Cyrl"),
        ("Οδός Ερμού 8", "und-Grek"),
        ("さくら東京", "und-Jpan"),
        ("김민수 李", "und-Kore"),
        ("Société 東京", None),
        ("12-34", None),
    ],
)
def test_a_text_in_one_script_has_its_tag_and_a_mixture_none(text: str, tag: str | None) -> None:
    assert script_tag(text) == tag


@pytest.mark.parametrize("text", ["张伟 上海 南京路100号", "陈静", "贵阳市", "李华 武汉钢铁有限责任公司", "赵军"])
def test_han_with_a_character_that_only_simplified_chinese_has_is_simplified(text: str) -> None:
    assert script_tag(text) == "und-Hans"


@pytest.mark.parametrize(
    "text",
    [
        "王小明 上海",  # the same in both forms
        "田中一郎 札幌市",  # Japanese
        "会社 国学院",  # Japan's own short forms, which are those of China as well
        "國際 臺北市信義區",  # traditional, or Korean, or Japanese of old
        "香港九龍",
        "陳喆",  # rare in one, not traditional
        "陈國",  # of both
        "塬",  # never simplified, though no set of Taiwan has it
    ],
)
def test_han_that_proves_nothing_is_han(text: str) -> None:
    assert script_tag(text) == "und-Hani"
