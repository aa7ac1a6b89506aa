"""Which files of a commit hold code that a test can run, told by their names (clause 5.5.5)."""

from __future__ import annotations

_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts", ".pyi")
"""Endings of files that only declare: nothing in them runs."""

_ONLY_DECLARING = frozenset({"package-info.java", "module-info.java"})
"""Names by which a language tells the same."""

_TESTS = ("_test.go",)
"""Endings of tests that their language itself leaves out of every product, and of every coverage report."""

_HEADERS = (".h", ".hh", ".hpp", ".hxx", ".h++")
"""Endings of headers of C and C++, most of which only declare; what runs of one is reported with what includes it."""

_SUFFIXES = """
    .c .cc .cpp .cxx .c++ .h .hh .hpp .hxx .h++ .inl .ipp .tpp .ino .m .mm .cu .ixx .cppm
    .ada .adb .ads .bas .clj .cs .d .dart .elm .erl .ex .exs .f .f90 .f95 .for .fs .go .groovy .hs .java .jl .js .jsx
    .kt .kts .lisp .lua .mjs .cjs .ml .nim .pas .php .pl .pm .pp .ps1 .py .pyx .r .rb .rs .scala .sh .bash .st .svelte
    .swift .tcl .ts .tsx .mts .cts .vb .vhd .vhdl .v .sv .vue .zig
"""
_CODE = frozenset(_SUFFIXES.split())
"""Endings of source files by language. A header may hold code as well: whether it does, a report says."""


def is_header(path: str) -> bool:
    """Tell whether the file at ``path`` is a header of C or C++ by its name."""
    return path.lower().endswith(_HEADERS)


def holds_code(path: str) -> bool:
    """Tell whether the file at ``path`` is source code of a product by its name."""
    name = path.rpartition("/")[2].lower()
    if name in _ONLY_DECLARING or name.endswith((*_DECLARATIONS, *_TESTS)):
        return False
    dot = name.rfind(".")
    return dot > 0 and name[dot:] in _CODE
