"""What a registry knows: the objects of RFC 9022 under the names of SAC054, frozen, without I/O or policy.

Objects are `msgspec` structs: they are decoded straight from the JSON arrays that the store assembles, which
costs a tenth of building dataclasses. Dates are `Instant`s, that is canonical RFC 3339 texts in UTC, checked
once at ingest, because every door shows them as they are.
"""
