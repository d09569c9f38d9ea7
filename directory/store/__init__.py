"""Where it is kept: the same tables and the same statements on SQLite and on PostgreSQL.

tables describes them, statements asks them, reader answers lookups, ledger writes deposits; sqlite and
postgresql are the two engines, and nothing outside this package knows SQL.
"""
