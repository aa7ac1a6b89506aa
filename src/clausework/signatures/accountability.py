"""What a person has to have done before they sign: accepted the plan's policy, been trained (21 CFR 11.10(i), (j))."""

from __future__ import annotations

import msgspec

from clausework.core.errors import NotAllowed


class PolicyNotAccepted(NotAllowed):
    """The signer has not accepted the policy that holds them accountable for their signatures (21 CFR 11.10(j))."""

    hint = "The person reads the policy, then: 'clausework account accept-policy FILE --as EMAIL'."


class TrainingNotOnRecord(NotAllowed):
    """No training record of the signer is linked, or none that is still good, for what the role asks (11.10(i))."""

    hint = "Another person links it: 'clausework account training EMAIL TRAINING --document ID --file FILE'."


class Shortcoming(msgspec.Struct, frozen=True):
    """What the plan in force asks of a signer and the log does not hold: the policy's name, trainings."""

    policy: str = ""
    trainings: tuple[str, ...] = ()


def refuse_unaccountable(email: str, role: str, shortcoming: Shortcoming) -> None:
    """Raise ``PolicyNotAccepted`` or ``TrainingNotOnRecord`` where the signer falls short."""
    if shortcoming.policy:
        raise PolicyNotAccepted(
            f"{email} has not accepted the policy {shortcoming.policy}, which the plan in force names "
            "(21 CFR 11.10(j))."
        )
    if shortcoming.trainings:
        raise TrainingNotOnRecord(
            f"No valid training record of {email} is linked for {', '.join(shortcoming.trainings)}, "
            f"which the plan in force asks of the role '{role}' (21 CFR 11.10(i))."
        )
