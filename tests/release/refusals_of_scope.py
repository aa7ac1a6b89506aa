"""5.8.6 and 8.2.1 refuse: each way in which it must."""

from tests.release.changes import (
    CHANGE,
    TASK,
    Refusal,
    added,
    added_and_judged,
    changed,
    item,
    planned,
    scope,
    together,
    without_field,
)
from tests.tracing.making import digest

REFUSALS: tuple[Refusal, ...] = (
    (
        "5.8.6",
        "there is no scope",
        "not_evaluated",
        "no signed scope",
        lambda facts: changed(facts, scope=None),
    ),
    (
        "5.8.6",
        "the scope was set after the candidate was frozen",
        "not_evaluated",
        "after the candidate was frozen",
        lambda facts: changed(facts, frozen_scope=1),
    ),
    (
        "5.8.6",
        "a task of the scope is open",
        "fail",
        "TASK-9 is open",
        together(added(TASK), scope(tasks=("TASK-9",))),
    ),
    (
        "5.8.6",
        "a task of the plan is open",
        "fail",
        "TASK-9 is open",
        together(added(TASK), planned(tasks=("TASK-9",))),
    ),
    ("5.8.6", "a task of the plan is nowhere", "fail", "not among the items", planned(tasks=("TASK-8",))),
    (
        "5.8.6",
        "what is named as a task is none",
        "fail",
        "CR-9",
        together(added(item("change_request", "done", "CR-9")), scope(tasks=("CR-9",))),
    ),
    ("5.8.6", "the scope names an unknown requirement", "fail", "REQ-404", scope(requirements=("REQ-404",))),
    (
        "5.8.6",
        "what is named as a requirement is none",
        "fail",
        "CR-9",
        together(added(CHANGE), scope(requirements=("all", "CR-9"))),
    ),
    (
        "5.8.1",
        "the scope of a class A version names an unknown requirement",
        "fail",
        "REQ-404, which is no software requirement",
        together(lambda facts: changed(facts, safety_class="A"), scope(requirements=("REQ-001", "REQ-404"))),
    ),
    (
        "5.8.6",
        "a task is justified in a word that is none",
        "fail",
        "TASK-9 is dropped",
        together(added(item("task", "dropped", "TASK-9")), scope(tasks=("TASK-9",))),
    ),
    (
        "changes",
        "there is no scope",
        "not_evaluated",
        "no signed scope",
        lambda facts: changed(facts, scope=None),
    ),
    ("changes", "a change is nowhere", "fail", "not among the items", scope(changes=("CR-404",))),
    (
        "changes",
        "a change is not approved",
        "fail",
        "not approved",
        together(added(CHANGE), scope(changes=("CR-9",))),
    ),
    (
        "changes",
        "a change was approved at an earlier text",
        "fail",
        "at its present text",
        together(added_and_judged("approve", CHANGE, sha256=digest("earlier")), scope(changes=("CR-9",))),
    ),
    (
        "changes",
        "an approved change is not implemented",
        "fail",
        "CR-9 is approved",
        together(
            added_and_judged("approve", item("change_request", "approved", "CR-9")), scope(changes=("CR-9",))
        ),
    ),
    (
        "changes",
        "an approved change does not say what it means for security",
        "fail",
        "does not say 'security'",
        together(added_and_judged("approve", without_field(CHANGE, "security")), scope(changes=("CR-9",))),
    ),
    ("changes", "an implemented change is beside the scope", "fail", "does not name it", added(CHANGE)),
)
