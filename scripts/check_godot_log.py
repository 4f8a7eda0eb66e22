#!/usr/bin/env python3
"""Reads what Godot printed while tests ran, and prints the result in the style of cargo.

    scripts/check_godot_log.py LOG …

A log has a line `ok: NAME` or `FAILED: NAME: WHY` for each test, and ends with `exit status: NUMBER`. The run
also fails for each error, warning and leak that Godot reports. A test that provokes an error prints a line
`expected error: PART`; an error that contains PART must then occur.
"""

import re
import sys
from pathlib import Path

ERROR = re.compile(r"^(?:USER |SCRIPT |SHADER )?(?:ERROR|WARNING): (.*)")
#: The editor of Godot 4.6 reports the name `Node` for an empty project too, so this name is no leak.
LEAK = re.compile(r"^Leaked instance|^Orphan StringName: (?!Node \()|leaked at exit|still in use at exit|were leaked|RID allocations")
#: Reports that have nothing to do with the addon: the machine has no sound, no screen, no certificates and no user session.
FOREIGN = ("ALSA", "PulseAudio", "audio", "dbus", "DBus", "XOpenIM", "Vulkan", "udev", "xkb", "accessibility", "X509", "V-Sync")


def problems(lines: list[str]) -> list[str]:
    """Returns what is wrong in a log, apart from failed tests."""
    expected = [line.removeprefix("expected error: ") for line in lines if line.startswith("expected error: ")]
    found = []
    for line in lines:
        match = ERROR.match(line)
        if match is None:
            if LEAK.search(line):
                found.append(f"leak: {line}")
            continue
        part = next((part for part in expected if part in match[1]), None)
        if part is not None:
            expected.remove(part)
        elif not any(word in match[1] for word in FOREIGN):
            found.append(line)
    found.extend(f"an expected error did not come: {part}" for part in expected)
    return found


def main() -> int:
    passed = failed = 0
    for path in map(Path, sys.argv[1:]):
        lines = path.read_text(errors="replace").splitlines()
        ok = [line for line in lines if line.startswith("ok: ")]
        wrong = [line for line in lines if line.startswith("FAILED: ")]
        wrong += [f"{path.name}: {problem}" for problem in problems(lines)]
        if not lines or lines[-1] != "exit status: 0":
            wrong.append(f"{path.name}: {lines[-1] if lines else 'it is empty'}")
        if not ok:
            wrong.append(f"{path.name}: no test has passed")
        for line in [line for line in lines if line.startswith("bench: ")] + wrong:
            print(line)
        passed += len(ok)
        failed += len(wrong)
    print(f"test result: {'FAILED' if failed else 'ok'}. {passed} passed; {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
