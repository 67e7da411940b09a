"""Where things lie: this checkout, the data, the models."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("LINGTING_DATA", ROOT.parent / "shared" / "data"))
MODELS = pathlib.Path(os.environ.get("LINGTING_MODELS", pathlib.Path.home() / ".cache" / "lingting" / "models"))
