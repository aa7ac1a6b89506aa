"""What people do by hand and eye: reviews of whole sets, and a protocol run with a form (5.2.6, 5.7.5; 13485 7.3.7)."""

from __future__ import annotations

from clausework.actions.demo.scene import QUALITY, RELEASE_AUTHORITY, Scene
from clausework.actions.demo.walk import Walk

_FORM = "reports/TP-001.csv"

_READ = {
    "requirements": "Read against the needs and the risk file: complete, and no two contradict each other",
    "architecture": "Each requirement has its place, each interface is named",
    "design": "Each unit says which acceptance criteria apply to it, and its files are its own",
    "integration-tests": "Each interface of the architecture is exercised, with its faults",
}


def review(walk: Walk) -> None:
    """Review all items of each kind at once; only what changes later is reviewed again."""
    for subject, rationale in _READ.items():
        walk.clausework(
            *("decide", "review", subject, "--as", QUALITY, "--method", "review"),
            *("--outcome", "accepted", "--rationale", rationale),
        )


def _validate(walk: Walk) -> None:
    walk.clausework("test", "form", "TP-001", "-o", _FORM, ends=1, says=("not approved",))
    walk.clausework(
        *("decide", "approve", "TP-001", "--as", RELEASE_AUTHORITY),
        *("--rationale", "The steps show all four user needs in their hardest use"),
    )
    walk.clausework("sign", "TP-001", "--as", QUALITY)
    walk.clausework("test", "form", "TP-001", "-o", _FORM)
    walk.clausework(
        "test", "import", _FORM, ends=3, says=("the tester is not named", "step 1 has no outcome")
    )
    walk.run("python", "demo/fill_form.py", _FORM, QUALITY)
    walk.clausework("test", "import", _FORM, says=("4 passed", "counts once quality@example.com has signed"))
    walk.clausework("sign", "TP-001", "--as", QUALITY, says=("executed",))
    walk.clausework(
        *("decide", "review", "NEED-005", "--as", QUALITY, "--method", "demonstration"),
        *(
            "--outcome",
            "accepted",
            "--rationale",
            "Two wards read a month's report with us, and found their figures",
        ),
    )


VALIDATION = Scene(
    "Validation, by people",
    "No machine can say that nurses can use the pump. A protocol is an item with steps; it is approved at its exact"
    " version by another person than who asks for it, and only then has a form. The form is filled on the simulated"
    " ward with what was seen, on which device, with which calibrated instruments; an unfilled one is refused. It"
    " counts once its tester has signed it as executed (5.7.5; ISO 13485 7.3.7; IEC 62366-1 5.9). What needs no"
    " protocol is demonstrated, in a signed review of the need.",
    _validate,
)
