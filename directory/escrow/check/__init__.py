"""The rules of one deposit, and what checks them: header, objects, and references from one object to another.

level       how much a deposit has to be right: strict, normal, lenient
known       what is known of the repository besides the deposit, and what the deposit says of itself
lists       what others keep of it: the EPP greeting, IANA's registrar and repository ids
rule        a rule, and the sorts of checks that it may have
table       the rules: every code of ICANN's registry system testing, and those that have none
values      checks of one object by itself
links       which object refers to which
policies    elements that the deposit's own policies require
whole       checks when all was read: URIs, counts, what has to be there
hashes      keys of millions of objects in little memory
local       the rules as objects pass by
checker     the line of steps over a deposit by itself
search      what to look for when it is read once more
stored      the same findings, from what a store answers after a deposit was applied
applied     a deposit that is being applied to a store
run         a deposit in a file, checked without a store
"""
