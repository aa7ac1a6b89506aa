"""The parts of SARIF 2.1.0 that are read, as OASIS names them.

A result's type declares every member that the standard has (section 3.27), so that results can be decoded
many at a time; those not read are kept as they stand.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from clausework.evidence.json_elements import Unread

Text = str | None | UnsetType
Number = int | None | UnsetType


class Message(msgspec.Struct, frozen=True, gc=False):
    """A message (3.11): a text, or the ID of one that the rule holds, with its arguments."""

    text: Text = UNSET
    markdown: Text = UNSET
    id: Text = UNSET
    arguments: tuple[str, ...] | UnsetType | None = UNSET
    properties: Unread = UNSET


class ArtifactContent(msgspec.Struct, frozen=True, gc=False):
    """What stands in a region (3.3)."""

    text: Text = UNSET
    binary: Text = UNSET
    rendered: Unread = UNSET
    properties: Unread = UNSET


class ArtifactLocation(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """Where a file is (3.4)."""

    uri: Text = UNSET
    uri_base_id: Text = UNSET
    index: Number = UNSET
    description: Unread = UNSET
    properties: Unread = UNSET


class Region(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A part of a file (3.30)."""

    start_line: Number = UNSET
    start_column: Number = UNSET
    end_line: Number = UNSET
    end_column: Number = UNSET
    char_offset: Number = UNSET
    char_length: Number = UNSET
    byte_offset: Number = UNSET
    byte_length: Number = UNSET
    snippet: ArtifactContent | UnsetType | None = UNSET
    message: Unread = UNSET
    source_language: Text = UNSET
    properties: Unread = UNSET


class PhysicalLocation(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A place in a file (3.29)."""

    address: Unread = UNSET
    artifact_location: ArtifactLocation | UnsetType | None = UNSET
    region: Region | UnsetType | None = UNSET
    context_region: Unread = UNSET
    properties: Unread = UNSET


class LogicalLocation(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A place in a program (3.33)."""

    name: Text = UNSET
    index: Number = UNSET
    fully_qualified_name: Text = UNSET
    decorated_name: Text = UNSET
    parent_index: Number = UNSET
    kind: Text = UNSET
    properties: Unread = UNSET


class Location(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A place (3.28)."""

    id: Number = UNSET
    physical_location: PhysicalLocation | UnsetType | None = UNSET
    logical_locations: tuple[LogicalLocation, ...] | UnsetType | None = UNSET
    message: Unread = UNSET
    annotations: Unread = UNSET
    relationships: Unread = UNSET
    properties: Unread = UNSET


class Suppression(msgspec.Struct, frozen=True, gc=False):
    """Somebody's word that a result is not to be acted on (3.35); early drafts called the status a state."""

    guid: Text = UNSET
    kind: Text = UNSET
    status: Text = UNSET
    state: Text = UNSET
    justification: Text = UNSET
    location: Unread = UNSET
    properties: Unread = UNSET


class RuleReference(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """Which rule a result is of (3.52)."""

    id: Text = UNSET
    index: Number = UNSET
    guid: Text = UNSET
    tool_component: Unread = UNSET
    properties: Unread = UNSET


class Result(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """One result (3.27)."""

    guid: Text = UNSET
    correlation_guid: Text = UNSET
    rule_id: Text = UNSET
    rule_index: Number = UNSET
    rule: RuleReference | UnsetType | None = UNSET
    kind: Text = UNSET
    level: Text = UNSET
    message: Message | UnsetType | None = UNSET
    analysis_target: Unread = UNSET
    locations: tuple[Location, ...] | UnsetType | None = UNSET
    code_flows: Unread = UNSET
    graphs: Unread = UNSET
    graph_traversals: Unread = UNSET
    stacks: Unread = UNSET
    related_locations: Unread = UNSET
    suppressions: tuple[Suppression, ...] | UnsetType | None = UNSET
    baseline_state: Text = UNSET
    rank: float | UnsetType | None = UNSET
    attachments: Unread = UNSET
    hosted_viewer_uri: Text = UNSET
    work_item_uris: Unread = UNSET
    provenance: Unread = UNSET
    fixes: Unread = UNSET
    taxa: Unread = UNSET
    web_request: Unread = UNSET
    web_response: Unread = UNSET
    fingerprints: Unread = UNSET
    partial_fingerprints: Unread = UNSET
    occurrence_count: Number = UNSET
    properties: Unread = UNSET


class Severities(msgspec.Struct, frozen=True, rename={"security_severity": "security-severity"}):
    """The property by which security tools give a CVSS score, the tags, and where some put their CWE numbers."""

    security_severity: str | float | None = None
    tags: tuple[str, ...] | None = None
    cwe: Any = None


class ComponentReference(msgspec.Struct, frozen=True):
    """Which part of the tool, or which taxonomy, is meant (3.54)."""

    name: str | None = None
    index: int | None = None


class TaxonReference(msgspec.Struct, frozen=True, rename="camel"):
    """Which category of a taxonomy is meant (3.52), and a category as its taxonomy lists it."""

    id: str | None = None
    index: int | None = None
    tool_component: ComponentReference | None = None


class Relationship(msgspec.Struct, frozen=True):
    """That a rule is about a category (3.53)."""

    target: TaxonReference


class Configuration(msgspec.Struct, frozen=True):
    """What a rule is unless a result says otherwise (3.50)."""

    level: str | None = None
    rank: float | None = None


class Rule(msgspec.Struct, frozen=True, rename="camel"):
    """A rule's description (3.49)."""

    id: str | None = None
    name: str | None = None
    default_configuration: Configuration | None = None
    message_strings: dict[str, Message] | None = None
    properties: Severities | None = None
    relationships: tuple[Relationship, ...] | None = None


class Notification(msgspec.Struct, frozen=True):
    """What a tool says about its own running (3.58)."""

    level: str | None = None
    message: Message | None = None


class Directory(msgspec.Struct, frozen=True):
    """A folder of the machine."""

    uri: str | None = None


class Invocation(msgspec.Struct, frozen=True, rename="camel"):
    """One running of the tool (3.20)."""

    execution_successful: bool | UnsetType | None = UNSET
    process_start_failure_message: str | None = None
    working_directory: Directory | None = None
    tool_execution_notifications: tuple[Notification, ...] | None = None
    tool_configuration_notifications: tuple[Notification, ...] | None = None


class Conversion(msgspec.Struct, frozen=True):
    """How the report was made from another (3.22)."""

    invocation: Invocation | None = None
