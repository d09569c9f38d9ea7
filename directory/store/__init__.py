"""Where it is kept: the same tables and the same statements on SQLite and on PostgreSQL.

tables describes them, graphs assembles an object with all that belongs to it, statements asks for one and scan for
all; reader answers, ledger writes deposits. sqlite and postgresql are the two engines, expression is what they
spell differently, and nothing outside this package knows SQL.
"""
