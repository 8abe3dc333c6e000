"""The seam to what turns audio into words, and its implementations."""

import os

# Before any engine's library is imported, as each reads it once. Weights come from MODEL_DIR or not at all, and
# nothing of a consultation, not even that there was one, is told to anyone: onnxruntime keeps a device id and a
# queue of events for its maker unless it is told not to.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
