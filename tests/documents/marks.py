"""What a block may be, and what its marks mean. tests/documents/README.md is for who writes documents."""

# Blocks that are run, those of programs and settings, which are read, and those that only show something.
RUN = {"sh", "console"}
READ = {"ini", "xml", "json", "python", "bash"}
SHOWN = {"c", "cmake", "cpp", "js", "mermaid", "rust", "systemd", "text", "yaml"}

# Marks of blocks that run.
HOW = {"agent": "an Agent Server and an agent run",
       "stays": "the last line runs until the end of the document"}

# Marks of blocks that do not run, with the reason. ctest=NAME: that test does the same.
WHY_NOT = {"build": "builds this tree, as tools/test.sh has done before its tests",
           "elsewhere": "is typed on another machine or in another program",
           "long": "takes minutes",
           "network": "needs a network",
           "systemd": "needs systemd as the first process"}


def reason(block):
    """Why a block that would be run is not, or None."""
    test = block.mark("ctest")
    return f"the test {test} does the same" if test else next((WHY_NOT[mark] for mark in block.marks if mark in WHY_NOT), None)


def fault(block):
    """What is wrong with the language and the marks of a block, or None."""
    if block.language not in RUN | READ | SHOWN:
        return f"'{block.language}' is not a language that the tests of documents know"
    known = set(HOW) | set(WHY_NOT) if block.language in RUN else set()
    for mark in block.marks:
        if mark not in known and mark.split("=")[0] not in ({"ctest"} if block.language in RUN else {"file"}):
            return f"'{mark}' is not a mark of a block of {block.language}"
    return None
