"""The Authorization field, and the challenge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import NotAdmitted
from directory.rdap.authorization import challenge, credential, explain

REASONS = ("unknown", "expired", "revoked", "malformed", "several", "scheme", "empty")


@pytest.mark.clause("RFC 6750 §2.1")
@pytest.mark.parametrize(
    "field", ["Bearer dnrd_a-b.c~d+e/f==", "bearer   dnrd_a-b.c~d+e/f==", " BEARER dnrd_a-b.c~d+e/f== "]
)
def test_a_key_follows_the_scheme_in_whatever_case(field: str) -> None:
    assert credential([field]) == "dnrd_a-b.c~d+e/f=="


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (["Bearer a", "Bearer a"], "several"),
        (["Basic dTpw"], "scheme"),
        (["dnrd_a"], "scheme"),
        ([""], "scheme"),
        (["Bearer"], "empty"),
        (["Bearer  "], "empty"),
        (["Bearer a b"], "malformed"),
        (["Bearer a,b"], "malformed"),
        (['Bearer "a"'], "malformed"),
        (["Bearer =a"], "malformed"),
        (["Bearer \u00e9"], "malformed"),
        (["Bearer \udc80"], "malformed"),
        (["Bearer " + "a" * 600], "malformed"),
    ],
)
def test_what_is_no_key_is_told_by_its_fault(fields: list[str], reason: str) -> None:
    with pytest.raises(NotAdmitted) as caught:
        credential(fields)
    assert caught.value.reason == reason


@pytest.mark.clause("RFC 6750 §3.1")
def test_only_a_request_with_a_key_gets_an_error_code() -> None:
    for reason in REASONS:
        field = challenge(reason)
        assert field.startswith('Bearer realm="registration data"')
        assert ('error="invalid_token"' in field) == (reason in {"unknown", "expired", "revoked", "malformed"})
        assert explain(reason)


@given(
    st.lists(
        st.text(max_size=40) | st.text(max_size=20).map(lambda text: f"Bearer {text}"), min_size=1, max_size=3
    )
)
def test_any_fields_are_a_key_or_a_reason_that_can_be_told(fields: list[str]) -> None:
    reason = ""
    try:
        assert credential(fields)
    except NotAdmitted as error:
        reason = error.reason
    assert not reason or challenge(reason)
