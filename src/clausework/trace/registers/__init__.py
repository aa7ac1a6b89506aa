"""Registers: projections that answer fast which evidence stands behind an item in a released version (clause 5.7.4).

A register interns items and test cases and keeps content-addressed pages of 128 items, so that what two releases have
in common is held once. It is made of what the fold found, is dropped and rebuilt at will, and no gate reads it.
"""
