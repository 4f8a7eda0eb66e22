"""Measures triangle budgets; see budgets.sh."""

import json
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

BUDGETS = (50, 100, 300, 1000, 3000)
PROMPTS = (
    "a pig", "a tiger", "a raccoon wearing a cape and a sombrero", "a frog", "a dragon", "a penguin",
    "a wooden chair", "a table", "a lamp", "a bed", "a bookshelf", "a sofa",
    "a sword", "an axe", "a shield", "a hammer", "a chest with coins", "a barrel",
    "a windmill", "a house", "a castle", "a church", "a lighthouse", "a tent",
    "a car", "a truck", "a sailboat", "a helicopter", "an oak tree", "a mushroom",
)


def made(command: str, prompt: str, budget: int | None, output: Path) -> tuple[dict | None, str, float]:
    """Generates a mesh three times. Returns the report or None, the error message, and the median time.

    The time is in milliseconds, without loading the model.
    """
    arguments = [command, "generate", prompt, "-o", str(output), "--json"]
    if budget is not None:
        arguments += ["--triangles", str(budget)]
    times = []
    for _ in range(3):
        run = subprocess.run(arguments, capture_output=True, text=True, check=False)
        if run.returncode:
            return None, run.stderr.strip(), 0.0
        report = json.loads(run.stdout)
        times.append(report["milliseconds"]["whole"] - report["milliseconds"]["load"])
    return report, "", statistics.median(times)


def named(message: str) -> int | None:
    """Returns the smallest possible number of triangles that an error message names."""
    found = re.search(r"need (\d+)", message)
    return int(found[1]) if found else None


def main() -> None:
    command = sys.argv[1]
    rows: dict[int, list[dict]] = {budget: [] for budget in BUDGETS}
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "mesh.glb"
        for prompt in PROMPTS:
            whole, message, time = made(command, prompt, None, output)
            if whole is None:
                print(f"{prompt}: {message}", file=sys.stderr)
                continue
            for budget in BUDGETS:
                report, message, taken = made(command, prompt, budget, output)
                least = None
                if report is None:
                    least = named(message)
                    report, _, taken = made(command, prompt, least, output) if least else (None, "", 0.0)
                    below = made(command, prompt, least - 1, output)[0] if least else None
                    works = report is not None and below is None
                else:
                    works = True
                measured = report["report"] if report else {}
                is_sound = bool(report) and measured["volume"] > 0 and not measured["boundary_edges"] + measured["non_manifold_edges"]
                rows[budget].append(
                    {
                        "kept": least is None,
                        "works": works,
                        "sound": is_sound,
                        "ratio": taken / time,
                        "hausdorff": measured.get("hausdorff") or 0.0,
                        "lost": measured.get("lost_components") or 0,
                    }
                )
    print("| triangles | prompts | kept | named count works | sound | time ratio, median / most | Hausdorff, median / most | lost components |")
    print("|---|---|---|---|---|---|---|---|")
    for budget, found in rows.items():
        count = {name: sum(row[name] for row in found) for name in ("kept", "works", "sound", "lost")}
        ratios, distances = ([row[name] for row in found if row["kept"]] or [0.0] for name in ("ratio", "hausdorff"))
        print(
            f"| {budget} | {len(found)} | {count['kept']} | {count['works']} | {count['sound']}"
            f" | {statistics.median(ratios):.2f} / {max(ratios):.2f}"
            f" | {statistics.median(distances):.3f} / {max(distances):.3f} | {count['lost']} |"
        )


main()
