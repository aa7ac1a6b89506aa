"""What names of types and roles mean in any source: the names that Clausework itself gives them."""

from __future__ import annotations

from clausework.items.links import ROLES
from clausework.items.model import ItemType

TYPES_BY_NAME: dict[str, str] = {
    written: str(kind) for kind in ItemType for written in (str(kind), str(kind).replace("_", " "))
}
"""Each type by its name, with ``_`` or a blank between the words."""

ROLES_BY_NAME: dict[str, str] = {
    written: role for role in ROLES for written in (role, role.replace("_", " "))
}
"""Each role by its name, with ``_`` or a blank between the words."""
