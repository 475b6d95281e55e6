#!/usr/bin/env python3
import aip


@aip.action
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


aip.run()
