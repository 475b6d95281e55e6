#!/usr/bin/env python3
import collections

import aip


@aip.data_collection(read_only=True)
def count(text: str, most: int = 3) -> dict[str, int]:
    """The most frequent words of a text."""
    return dict(collections.Counter(text.lower().split()).most_common(most))


aip.run(protocol="stdio", namespace="Words", concurrency=4)
