#!/usr/bin/env bash
# Compares results of both engines with results of PyTorch. The compared parts are transformers' CLIP encoders
# and their tokenizer, grid sampling, ATT3D's point encoder, a Triplane-Transformer, and TriplaneTurbo's networks
# as diffusers has them. Weights are random.
#
#     scripts/check_parity.sh           small networks
#     scripts/check_parity.sh --full    CLIP ViT-L/14, OpenCLIP ViT-H, ScaleDreamer's generator and TriplaneTurbo's
#                                       networks at full size, with 12 GB of files in .cache
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/fetch_pytorch.sh
folder=$PWD/.cache/parity
rm -rf "$folder"
env -u LIBTORCH .cache/pytorch/bin/python tests/python/parity.py "$folder" .cache/pytorch/bpe_simple_vocab_16e6.txt.gz "$@" 2>/dev/null
env -u LIBTORCH .cache/pytorch/bin/python tests/python/diffusion.py "$folder/diffusion" "$@" >/dev/null
ATT3D_PARITY=$folder scripts/with_libtorch.sh cargo nextest run --locked --workspace --features att3d/panic-hooks --run-ignored only --no-tests fail -E 'binary(pytorch) + binary(diffusion)' \
    --success-output final
rm -rf "$folder"
