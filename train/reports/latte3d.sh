#!/usr/bin/env bash
# LATTE3D's pretraining and its regularization by retrieved shapes, and two ablations, on ATT3D's pig prompts:
#     train/reports/latte3d.sh PRIOR JUDGE FOLDER
# PRIOR and JUDGE are run folders of `att3d-train prior` and `att3d-train judge`. TRAIN names the command; the default
# builds it. THREADS is the number of its threads.
set -euo pipefail
if [[ $# -ne 3 ]]; then
    sed -n 2,5p "$0" >&2
    exit 2
fi
prior=$1 judge=$2 folder=$3
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
train() { "$root/scripts/with_libtorch.sh" ${TRAIN:-cargo run --release -q -p att3d-train --} "$@"; }
threads=(--threads "${THREADS:-1}")
mkdir -p "$folder"

# The shapes: other animals in all compositions, the pig alone, and the pig with each theme.
activities=(
    "riding a bicycle" "sitting on a chair" "playing the guitar" "holding a shovel" "holding a blue balloon"
    "holding a book" "wielding a katana"
)
themes=(
    " made out of gold" " carved out of wood" " wearing a leather jacket" " wearing a tophat" " wearing a party hat"
    " wearing a sombrero" " wearing medieval armor"
)
{
    echo "a pig"
    printf 'a pig%s\n' "${themes[@]}"
    for animal in rabbit bear cat fox; do
        for activity in "${activities[@]}"; do
            for theme in "${themes[@]}" ""; do
                echo "a $animal $activity$theme"
            done
        done
    done
} >"$folder/shapes.txt"

cat >"$folder/pretraining.json" <<'JSON'
{"stage": "everything", "seed": 1, "steps": 2500, "warmup": 100, "learning_rate": 0.002,
 "matrix_learning_rate": 0.004, "weight_decay": 0.01, "cooldown": 0.5, "clip_norm": 1.0, "average_decay": 0.998,
 "prompts": 16, "distance_points": 1024, "texture_points": 512, "occupancy_weight": 0.1, "texture_weight": 1.0,
 "bare_until": 0, "slope_weight": 0.3, "normal_weight": 0.3, "clouds": [0.4, 0.4], "cloud_points": 256}
JSON
train reconstruct --prompts "$folder/shapes.txt" --config "$root/train/reports/planes.json" \
    --recipe "$folder/pretraining.json" --run "$folder/pretrained" --products bf16 "${threads[@]}" \
    -o "$folder/pretrained.att3d"

# 448 steps of 8 frames are 64 frames for each of 56 prompts.
settings='"steps": 448, "learning_rate": 0.0005, "betas": [0.9, 0.98], "entropy_weight": 0'
echo "{$settings, \"shape_weight\": [0.1, 0.1], \"clouds\": [0.5, 0.0]}" >"$folder/guided.json"
echo "{$settings}" >"$folder/unguided.json"

distilled() { # NAME ARGUMENT …: distills, exports and scores a model
    local name=$1
    shift
    train distill --prior "$prior" --prompts pigs -o "$folder/$name" "${threads[@]}" "$@"
    train export --run "$folder/$name" -o "$folder/$name.att3d"
    train evaluate-distilled "$folder/$name.att3d" --judge "$judge" --prompts pigs --samples 48 "${threads[@]}" \
        -o "$folder/$name.md"
}
init=(--init "$folder/pretrained.att3d") shapes=(--shapes "$folder/shapes.txt")
random=(--text "$folder/pretrained.att3d" --config "$root/train/reports/planes.json")
distilled full "${init[@]}" "${shapes[@]}" --recipe "$folder/guided.json"
distilled no-regularization "${init[@]}" --recipe "$folder/unguided.json"
distilled no-pretraining "${random[@]}" "${shapes[@]}" --recipe "$folder/guided.json"
