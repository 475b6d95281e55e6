#!/usr/bin/env python3
"""The tools that the official clients call."""
import aip


@aip.action
def add(a: int, b: int) -> int:
    """The sum."""
    return a + b


@aip.action
def picture() -> str:
    """An image."""
    return "data:image/png;base64,QUJD"


@aip.action
def fail() -> None:
    """Fails."""
    raise aip.Error(aip.DENIED, "on purpose")


@aip.action
def steps(call: aip.Call) -> None:
    """Reports its progress."""
    for step in range(1, 5):
        call.progress(step * 250, f"step {step}")


@aip.action
def wait(call: aip.Call) -> None:
    """Ends when it is cancelled."""
    call.progress(1, "waits")
    call.wait(600)


aip.run(protocol="stdio", namespace="Peer", concurrency=16)
