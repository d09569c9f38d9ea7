"""The CSV model of RFC 9022 (§4.6, §5): tables in files of their own, which make the objects of the XML model.

cells        how the text of a cell becomes a value: the formats are those of the XML model
columns      the columns that a table may have, and what each fills
tables       the 19 tables, and those of deletes: keys, columns that have to be there
definition   what a deposit says of a table: rdeCsv:csv, its columns and files
file         a file as rows: its place, checksum, compression, encoding, RFC 4180
stage        the rows of all tables, put by and sorted outside of the memory
records      rows that are put together: a parent with its children
build        a kind's rows as model values
reader       the line of steps: definitions, files, stage, objects
"""
