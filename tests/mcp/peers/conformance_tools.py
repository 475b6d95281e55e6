#!/usr/bin/env python3
"""The tools that the official conformance suite calls, under its names."""
import json
import sys
import typing

import aip

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA="
TEXT = {"type": "text", "text": "A text."}
IMAGE = {"type": "image", "mimeType": "image/png", "data": PNG}


def resource(uri, **fields):
    return {"type": "resource", "resource": {"uri": uri, **fields}}


@aip.action
def test_simple_text():
    """A text."""
    return "This is a simple text response for testing."


@aip.action
def test_image_content():
    """An image."""
    return "data:image/png;base64," + PNG


@aip.action
def test_audio_content():
    """A sound."""
    return "data:audio/wav;base64," + WAV


@aip.action
def test_embedded_resource():
    """A resource."""
    return [resource("test://embedded-resource", mimeType="text/plain", text="This is an embedded resource content.")]


@aip.action
def test_multiple_content_types():
    """A text, an image and a resource."""
    return [TEXT, IMAGE, resource("test://mixed-content-resource", mimeType="application/json", text='{"test":"data"}')]


@aip.action
def test_error_handling():
    """Fails."""
    raise aip.Error(aip.INTERNAL, "This tool intentionally returns an error for testing")


@aip.action
def test_tool_with_progress(call: aip.Call):
    """Reports its progress."""
    for permille in (1, 500, 1000):
        call.progress(permille)
    return "done"


@aip.action
def test_header_argument(region: typing.Annotated[str, {"x-mcp-header": "Region"}]):
    """Its argument stands in a header, too."""
    return region


@aip.action
def json_schema_2020_12_tool(name: str = "", address: dict = None, contactMethod: str = "", phone: str = "", email: str = ""):
    """A tool whose input schema uses much of JSON Schema 2020-12; the manifest gets it from SCHEMA."""
    return name


@aip.action
def test_logging_tool():
    """Logs."""
    print("a line for the log")
    return "logged"


@aip.action
def test_streaming_elicitation(call: aip.Call):
    """Ends after it has reported progress."""
    call.progress(500)
    return "streamed"


SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"address": {"$anchor": "addressDef", "type": "object",
                          "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
    "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"},
                   "contactMethod": {"type": "string", "enum": ["phone", "email"]}, "phone": {"type": "string"},
                   "email": {"type": "string"}},
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]}, "else": {"required": ["email"]},
    "additionalProperties": False}
if sys.argv[1:] == ["--schema"]:
    print(json.dumps(SCHEMA))
    sys.exit()
aip.run(protocol="stdio", namespace="Conformance", concurrency=16)
