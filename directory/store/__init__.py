"""Where it is kept: the same tables and the same statements on SQLite and on PostgreSQL.

tables describes them, graphs assembles an object with all that belongs to it, statements asks for one and scan for
all; reader answers, ledger writes deposits. sqlite and postgresql are the two engines, expression is what they
spell differently, and nothing outside this package knows SQL.

The ledger is made of writer (what an engine does for it) and versions (what a deposit brings, takes away or brings
back), with progress and comparison (how far a deposit is applied, and to what), counters, references (what leads
nowhere), chain (what was applied) and erasure (what is forgotten). The past is read by asof, which follows a plan
of the statements in past; dump and snapshot read all of one state.
"""
