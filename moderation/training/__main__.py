"""One command from data to model, report and card:

    python -m moderation.training --data FOLDER [--out FOLDER] [--seed N]

FOLDER has the public rows (its SOURCES.md and ROWS.md say which). About 40 minutes on two cores. The same seed, rows
and texts give the same model up to the order in which a processor adds numbers.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "moderation" / "classifiers" / "model"
FULL = ROOT / ".cache" / "training"  # what is too large to keep: float32 and the Detoxify folder


def main() -> int:
    """Train, fit, export, measure."""
    parser = argparse.ArgumentParser(prog="python -m moderation.training", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the public rows")
    parser.add_argument("--out", type=Path, default=OUT, help="where the model goes")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--encoder", type=Path, help="a fine-tuned encoder to go on from, instead of training one"
    )
    parser.add_argument(
        "--measure-only", action="store_true", help="only write the report on what lies in --out"
    )
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearthside.settings")
    os.environ["HEARTHSIDE_DATA"] = tempfile.mkdtemp(prefix="hearthside-training-")
    import django

    django.setup()
    try:
        if not args.measure_only:
            make_model(args)
        from moderation.training.report import write_report

        write_report(args.data, args.out)
    finally:
        shutil.rmtree(os.environ["HEARTHSIDE_DATA"], ignore_errors=True)
    return 0


def make_model(args: argparse.Namespace) -> None:
    """Fine-tune, fit and export; the shipped files are written last, whole."""
    from transformers import BertForSequenceClassification

    from moderation.training import rows
    from moderation.training.encoder import STAGES, fine_tune
    from moderation.training.folding import fold_calibration
    from moderation.training.judged import eval_rows
    from moderation.training.leaks import without_leaks
    from moderation.training.shipping import encode, ship

    began = time.monotonic()
    every = [*rows.public_rows(args.data), *rows.own_rows(), *rows.demo_rows()]
    train = without_leaks([row for row in every if row.split == "train"], eval_rows(args.data))
    fitting = [row for row in every if row.split == "calibrate"]
    say(f"{len(train)} rows to learn from, {len(fitting)} to calibrate on")
    if args.encoder:
        model = BertForSequenceClassification.from_pretrained(args.encoder).eval()  # nosec B615
    else:
        model = None
        for number, stage in enumerate(STAGES):
            model = fine_tune(train, replace(stage, seed=args.seed + number), model)
        FULL.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(FULL / "encoder")
    say(f"encoder ready after {time.monotonic() - began:.0f} s")
    fold_calibration(model, encode(model, fitting), fitting)
    ship(model, train, fitting, args.out, FULL, seed=args.seed)
    say(f"model written after {time.monotonic() - began:.0f} s")


def say(words: str) -> None:
    """Tell how far it is."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
