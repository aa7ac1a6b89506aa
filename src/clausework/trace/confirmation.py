"""What a confirmation is: requirement, link, test source and result, hashed together (clauses 5.7.4, 5.7.5).

Two confirmations with one digest say the same of the same. When the requirement's text, the link, the test's source
file or the result changes, so does the digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clausework.core.canonical import canonical_json
from clausework.core.digests import Sha256, sha256_of


def confirmation(
    item_sha256: str, role: str, case: str, test_source: str, outcome: str, reports: Iterable[str]
) -> Sha256:
    """Return the digest of one confirmation.

    ``test_source`` is git's ID of the content of the case's source file, empty where the report does not name it;
    ``reports`` are the SHA-256 of the raw reports that hold the result, in any order.
    """
    return sha256_of(canonical_json([item_sha256, role, case, test_source, outcome, sorted(set(reports))]))


class TestSources:
    """Finds the source file of a test case among the files of a commit: by its report's word, else by its class."""

    __test__ = False

    def __init__(self, tree: Mapping[str, str], folder: str) -> None:
        """Take the commit's files (path to git's ID of the content) and the plan's folder among them."""
        self._tree = tree
        self._folder = folder
        self._by_stem: dict[str, set[str]] = {}
        for path in tree:
            self._by_stem.setdefault(_stem(path.removeprefix(folder)), set()).add(path)

    def of(self, case: str, file: str) -> str:
        """Return git's ID of the content of the file that holds the case; empty where no single file is meant."""
        if file:
            return self._tree.get(self._folder + file, "") or self._tree.get(file, "")
        parts = case.split("/")[-2].split(".") if case.count("/") else []
        for length in range(len(parts), 0, -1):
            found = self._by_stem.get("/".join(parts[:length]), set())
            if len(found) == 1:
                return self._tree[next(iter(found))]
        return ""


def _stem(path: str) -> str:
    """Return ``path`` without the last ending of its file's name."""
    folder, slash, name = path.rpartition("/")
    stem, _, ending = name.rpartition(".")
    return folder + slash + stem if stem and ending else path
