"""Tests of the clause catalogues."""
