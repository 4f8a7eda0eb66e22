#!/usr/bin/env bash
# Quality against rendered frames for each prompt (ATT3D, figure 6), amortized and for single prompts:
#     train/reports/budgets.sh PRIOR JUDGE FOLDER [SEED …]
# PRIOR and JUDGE are run folders of `att3d-train prior` and `att3d-train judge` for the pig prompts. Each line of
# FOLDER/budgets.csv is a model. `att3d-train report-budgets` makes a report of it. TRAIN names the command; the
# default builds it. THREADS is the number of its threads.
set -euo pipefail
if [[ $# -lt 3 ]]; then
    sed -n 2,6p "$0" >&2
    exit 2
fi
prior=$1 judge=$2 folder=$3
shift 3
seeds=("$@")
[[ ${#seeds[@]} -gt 0 ]] || seeds=(1 2 3)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
train() { "$root/scripts/with_libtorch.sh" ${TRAIN:-cargo run --release -q -p att3d-train --} "$@"; }
threads=(--threads "${THREADS:-1}")

# Frames for each prompt. A step has 8 frames, and 56 prompts are trained together.
budgets=(8 16 32 64 128)
# The prompts of the per-prompt baseline: one for each activity and each theme, seen by the amortized model.
single=(
    "a pig riding a bicycle carved out of wood" "a pig sitting on a chair wearing a leather jacket"
    "a pig playing the guitar wearing a tophat" "a pig holding a shovel wearing a party hat"
    "a pig holding a blue balloon wearing a sombrero" "a pig holding a book wearing medieval armor"
    "a pig wielding a katana made out of gold" "a pig riding a bike wearing a tophat"
)
mkdir -p "$folder"
table=$folder/budgets.csv
echo "kind,seed,frames,group,prompts,precision,probability,iou" >"$table"

scored() { # KIND SEED FRAMES RUN [ARGUMENT …]: exports and scores a run, and appends the rows of the table
    local kind=$1 seed=$2 frames=$3 run=$4
    shift 4
    train export --run "$run" -o "$folder/model.att3d" >"$folder/export.log"
    train evaluate-distilled "$folder/model.att3d" --judge "$judge" --prompts pigs --samples 48 "${threads[@]}" \
        -o "$folder/score.md" "$@" >"$folder/score.log"
    sed -n "s/^| model, \([^|]*\) | \([0-9]*\) | \([0-9.]*\) | \([0-9.]*\) | \([0-9.]*\) |$/$kind,$seed,$frames,\1,\2,\3,\4,\5/p" \
        "$folder/score.md" >>"$table"
}

for seed in "${seeds[@]}"; do
    recipe() { # PROMPTS: writes a recipe with this number of frames in each step
        echo "{\"seed\": $seed, \"prompts\": $1}" >"$folder/recipe.json"
    }
    run=$folder/amortized-$seed
    recipe 8
    for frames in "${budgets[@]}"; do
        train distill --prior "$prior" --prompts pigs --recipe "$folder/recipe.json" -o "$run" "${threads[@]}" \
            --steps $((frames * 7)) --checkpoint-every 60 2>"$folder/distill.log"
        scored amortized "$seed" "$frames" "$run"
        # The same eight prompts as those of the baseline.
        scored amortized-same "$seed" "$frames" "$run" "${single[@]/#/--only=}"
    done
    recipe "${SINGLE_BATCH:-1}"
    for frames in "${budgets[@]}"; do
        for index in "${!single[@]}"; do
            run=$folder/single-$seed-$index
            train distill --prior "$prior" --prompts pigs --only "${single[index]}" --recipe "$folder/recipe.json" \
                -o "$run" "${threads[@]}" --steps $((frames / ${SINGLE_BATCH:-1})) --checkpoint-every 60 \
                2>"$folder/distill.log"
            scored single "$seed" "$frames" "$run" --only "${single[index]}"
        done
    done
done
echo "$table"
