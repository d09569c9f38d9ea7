"""Deposits written from a store (RFC 8909, RFC 9022), as the XML and the CSV model have them.

export       the line of steps: state, frame, deletes, objects, extensions, report
base         what a deposit of changes builds on      frame       id, watermark, menu, header, report
disclosed    what a profile shows of an object        whole       what every object has to have
writer       the XML model                            tables      the CSV model
objects      an object as XML                         sheets      an object as rows
extensions   a declared extension as XML              text, place     XML escaped, files that appear when whole
faults       why there can be none, sort by sort
"""
