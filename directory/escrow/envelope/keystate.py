"""Why an OpenPGP key cannot do what is asked of it, by gpg's listing (RFC 9580 §5.2.3.29; GnuPG, doc/DETAILS)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

_DOES: Mapping[str, str] = {"e": "be encrypted to", "s": "sign"}
_STATES: Mapping[str, str] = {
    "r": "is revoked",
    "e": "has expired",
    "i": "is not valid",
    "d": "is disabled",
    "n": "is not valid",
}
_VALIDITY, _ID, _CAPABILITIES = 1, 4, 11  # places in a record
_FIELDS = 12


def fault_of_key(records: Iterable[Sequence[str]], ability: str) -> str:
    """Why the key of these records does not encrypt (`e`) or sign (`s`); empty if they show no reason."""
    keys = [record for record in records if record[0] in ("pub", "sub") and len(record) >= _FIELDS]
    for key in keys[:1]:  # the main one, on which all others hang
        if state := _STATES.get(key[_VALIDITY]):
            return f"it {state}"
    able = [key for key in keys if ability in key[_CAPABILITIES]]  # those of all are in upper case
    if not able:
        return f"it cannot {_DOES[ability]}, and has no subkey that can"
    states = [_STATES.get(key[_VALIDITY], "") for key in able]
    if not all(states):
        return ""
    said = [f"{key[_ID]} {state}" for key, state in zip(able, states, strict=True)]
    return f"of its parts that can {_DOES[ability]}, {', and '.join(said)}"
