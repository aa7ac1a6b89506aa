"""Verbs of requirements and their participles: what turns a passive sentence with an agent into an active one."""

from __future__ import annotations

_IRREGULAR = {
    "begin": "begun",
    "bring": "brought",
    "build": "built",
    "choose": "chosen",
    "cut": "cut",
    "draw": "drawn",
    "feed": "fed",
    "find": "found",
    "freeze": "frozen",
    "give": "given",
    "hide": "hidden",
    "hold": "held",
    "keep": "kept",
    "lead": "led",
    "make": "made",
    "put": "put",
    "read": "read",
    "reset": "reset",
    "run": "run",
    "see": "seen",
    "send": "sent",
    "set": "set",
    "show": "shown",
    "shut": "shut",
    "take": "taken",
    "tell": "told",
    "withdraw": "withdrawn",
    "withhold": "withheld",
    "write": "written",
}

_REGULAR = (
    "abort accept access acknowledge acquire activate actuate add adjust administer alert allocate allow analyse"
    " analyze annunciate apply approve archive arm ask assign attach audit authenticate authorise authorize back block"
    " broadcast buffer calculate calibrate call cancel capture change charge check clear clip close collect command"
    " communicate"
    " compare compensate complete compress compute configure confirm connect constrain continue control convert copy"
    " correct count create deactivate decline decode decrease decrypt define delay delete deliver deny derive detach"
    " detect determine diagnose disable discard disconnect display dispense distribute document download emit enable"
    " encode encrypt end enforce enter erase estimate evaluate exclude execute export filter flag forward generate"
    " guide halt handle heat identify ignore illuminate implement import include increase indicate infuse inform"
    " inhibit initialise initialize initiate insert inspect install interrupt invalidate isolate issue label latch"
    " launch light limit list load lock log maintain manage mark mask measure modify monitor mount move mute notify"
    " number obtain offer open operate order output override pass pause perform permit place play plot populate present"
    " preserve prevent print process prohibit prompt protect provide publish purge raise receive recognise recognize"
    " record recover reduce register reject release reload remind remove rename render repeat replace report request"
    " require resolve respond restart restore restrict resume retain retransmit retrieve retry return revoke round"
    " sample save scan schedule select separate signal silence skip sort sound specify start stop store submit supply"
    " support suppress suspend switch synchronise synchronize terminate test time timestamp trace track transfer"
    " transmit trigger turn unlock update upload validate verify view visualise visualize warn wipe withstand zero"
)


def _participles(base: str) -> tuple[str, ...]:
    if base.endswith("e"):
        return (base + "d",)
    if base.endswith("y") and base[-2] not in "aeiou":
        return (base[:-1] + "ied",)
    return (base + "ed", base + base[-1] + "ed")


BASES: dict[str, str] = {
    **{participle: base for base in _REGULAR.split() for participle in _participles(base)},
    **{participle: base for base, participle in _IRREGULAR.items()},
}
"""A participle's base form: 'logged' gives 'log'. A spelling that no verb has is among them and does no harm."""

VERBS = frozenset({*_REGULAR.split(), *_IRREGULAR})
"""The base forms."""
