"""What the tests of the formats share: values that fit and values that do not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from directory.errors import BadValue
from directory.profile.format import FORMATS

L63 = "a" * 63
"""The longest label."""


def fits(name: str, value: str) -> bool:
    """Whether a value is of a format; anything but a `BadValue` that says something fails the test."""
    try:
        FORMATS[name].check(value)
    except BadValue as error:
        if not (str(error) and error.rule):
            raise
        return False
    return True


def refusal(name: str, value: str) -> str:
    """What the format says about a value that it refuses, with the clause."""
    with pytest.raises(BadValue) as caught:
        FORMATS[name].check(value)
    return f"{caught.value} [{caught.value.rule}]"


def vectors(
    good: str, bad: str, *, fitting: Sequence[str] = (), refused: Sequence[str] = ()
) -> pytest.MarkDecorator:
    """Values that fit and values that do not, as words; `fitting` and `refused` are what words cannot write."""
    cases = [(value, True) for value in (*good.split(), *fitting)]
    cases += [(value, False) for value in (*bad.split(), *refused)]
    ids = [f"{'fits' if expected else 'refused'}-{ascii(value)[1:-1][:40]}" for value, expected in cases]
    return pytest.mark.parametrize(("value", "expected"), cases, ids=ids)
