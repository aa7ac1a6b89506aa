"""AdmissionReview documents as an API server sends them, with the digest of an image put in."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clausework.core.digests import sha256_of

FOLDER = Path(__file__).parent / "reviews"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
STARTING = tuple(name for name in NAMES if name.endswith(("-create", "-ephemeralcontainers")))
"""Reviews that bring an image."""

RELEASED = sha256_of(b"released")
Document = dict[str, Any]


def document(name: str, sha256: str = RELEASED) -> Document:
    """Return the review of that name, its images of digest ``sha256``."""
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    found: Document = json.loads(text.replace("sha256:RELEASED", f"sha256:{sha256}"))
    return found


def changed(review: Document, change: Callable[[Document], object]) -> Document:
    """Return a copy of ``review`` whose request ``change`` was made to."""
    made = copy.deepcopy(review)
    change(made["request"])
    return made


def pod_of(request: Document) -> Document:
    """Return the specification of the pods that the object in ``request`` starts."""
    found: Document = request["object"]
    for member in ("spec", "jobTemplate", "spec", "template", "spec"):
        if "containers" not in found and member in found:
            found = found[member]
    return found if "containers" in found else request["object"]["template"]["spec"]


def body(review: Document) -> bytes:
    """Return the review as it is sent."""
    return json.dumps(review).encode()
