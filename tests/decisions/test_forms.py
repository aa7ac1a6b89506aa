"""Forms: each takes what it asks for, refuses all else, and tells every fault at once."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.decisions.form import (
    Field,
    FieldValue,
    Form,
    FormFilledWrong,
    MatterNotOfForm,
    SignatureRule,
    check_matter,
    fill,
    signatures_of,
)
from clausework.decisions.forms import FORMS, UnknownForm, form_named
from clausework.plan.load import load_plan
from clausework.standards import cite

EXAMPLE = Path(__file__).parents[2].joinpath("examples/infusor/clausework.yaml").read_bytes()
NAMES = [form.name for form in FORMS]


def _value(field: Field) -> FieldValue:
    if field.kind == "choice":
        return field.choices[0]
    if field.kind == "date":
        return "2099-01-02" if field.name == "ends" else "2099-01-01"
    return ("REQ-1",) if field.kind == "list" else "x" * field.shortest


def _filled(form: Form) -> dict[str, FieldValue]:
    return {field.name: _value(field) for field in form.fields}


def _wrong(field: Field) -> FieldValue:
    if field.kind == "list":
        return "REQ-1"
    return "tomorrow" if field.kind in {"choice", "date"} else ("a", "b")


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_form_takes_what_it_asks_for(form: Form) -> None:
    """A form that is filled as its fields ask keeps every field as it was written."""
    assert fill(form, _filled(form)) == _filled(form)


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_form_refuses_an_empty_filling_and_names_every_missing_field(form: Form) -> None:
    """Nothing passes by absence: all required fields are named in one refusal."""
    with pytest.raises(FormFilledWrong) as refused:
        fill(form, {})
    for field in form.fields:
        assert (f"'{field.name}'" in refused.value.message) == field.required


@pytest.mark.parametrize(
    ("form", "field"),
    [(form, field) for form in FORMS for field in form.fields],
    ids=[f"{form.name}.{field.name}" for form in FORMS for field in form.fields],
)
def test_form_refuses_a_value_of_another_kind(form: Form, field: Field) -> None:
    """A value that is not of the field's kind is refused and the field named."""
    with pytest.raises(FormFilledWrong, match=field.name):
        fill(form, _filled(form) | {field.name: _wrong(field)})


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_form_refuses_a_field_that_it_does_not_have(form: Form) -> None:
    """A field that the form does not know is refused, not dropped: its effect would be lost."""
    with pytest.raises(FormFilledWrong, match="'approved_by' is not a field"):
        fill(form, _filled(form) | {"approved_by": "me"})


@pytest.mark.parametrize(
    ("form", "field"),
    [(form, field) for form in FORMS for field in form.fields if field.kind == "text" and field.shortest > 1],
    ids=lambda one: one.name,
)
def test_form_refuses_a_reason_of_blanks(form: Form, field: Field) -> None:
    """Attack: blanks of the asked length are no reason."""
    with pytest.raises(FormFilledWrong, match="too short to be a reason"):
        fill(form, _filled(form) | {field.name: " " * field.shortest})


def test_scope_refuses_an_empty_member() -> None:
    """Attack: a scope whose one requirement is an empty text would be a scope of nothing."""
    scope = form_named("scope")
    with pytest.raises(FormFilledWrong, match="empty member"):
        fill(scope, _filled(scope) | {"requirements": ("REQ-1", " ")})


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_form_decides_its_own_matters_only(form: Form) -> None:
    """A form is refused on a kind of matter that it does not decide."""
    for kind in form.matters:
        check_matter(form, kind)
    with pytest.raises(MatterNotOfForm, match="does not decide a weather"):
        check_matter(form, "weather")


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_form_cites_clauses_and_asks_roles_of_the_example_plan(form: Form) -> None:
    """Each form serves known clauses, and each signature it asks can be given under the example plan."""
    roles = load_plan(EXAMPLE, "clausework.yaml").roles
    assert all(cite(clause) for clause in form.clauses)
    assert form.signatures
    assert all(set(rule.roles) & set(roles) for rule in signatures_of(form, "quality"))


def test_setting_something_aside_needs_a_second_person() -> None:
    """Approving, superseding and disposing are never done by the author alone."""
    for name in ("approve", "supersede", "dispose", "deviate"):
        assert all(rule.independent for rule in form_named(name).signatures)


def test_unknown_form_is_refused_with_the_known_ones() -> None:
    """A kind of decision that does not exist is refused, naming those that do."""
    with pytest.raises(UnknownForm) as refused:
        form_named("bypass")
    assert all(name in refused.value.hint for name in NAMES)


FORM = Form("f", "F", (), ("m",), (Field("a", "what", "text", shortest=3),), (SignatureRule(("r",), "m"),))


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text()).map(tuple), max_size=4))
def test_filling_never_ends_in_anything_but_a_filling_or_a_refusal(values: dict[str, FieldValue]) -> None:
    """Hostile values are taken exactly when the form's one field is a text that is long enough."""
    fits = set(values) == {"a"} and isinstance(values["a"], str) and len(values["a"].strip()) >= 3
    for form in (FORM, msgspec.structs.replace(FORM, name="g")):
        if fits:
            assert fill(form, values) == values
        else:
            with pytest.raises(FormFilledWrong):
                fill(form, values)
