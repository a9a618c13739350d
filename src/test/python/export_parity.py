"""Loads exports of every layout with transformers and peft and compares their logits with Errata's own forward pass.

    pip install torch==2.7.1 transformers==4.53.3 peft==0.16.0
    python src/test/python/export_parity.py            in the repository's root; makes the exports first, with Maven
    python src/test/python/export_parity.py DIR        exports that lie in DIR already

The exports are those of ExportParityTest (-Derrata.parity=DIR): tiny random models, edited by Errata in three or four batches with a rollback
between, and Errata's logits in logits.safetensors. Ends with 1 when a difference is above 1e-4.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import peft
import torch
import transformers
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

LARGEST = 1e-4
LAYOUTS = ["gptj", "gpt_neox", "gpt2", "llama"]


def base_model(folder):
    model, info = AutoModelForCausalLM.from_pretrained(
        folder, torch_dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    assert not info["mismatched_keys"] and not info["unexpected_keys"], info
    return model.eval()


def adapter(folder, base):
    model = PeftModel.from_pretrained(base_model(base), folder).eval()
    # What PEFT does not find in the file keeps its initial value: lora_B would be zero.
    parts = dict(model.named_parameters())
    for name, value in load_file(folder / "adapter_model.safetensors").items():
        assert torch.equal(parts[name.replace(".weight", ".default.weight")], value), name
    return model


def difference(model, expected, name):
    largest = 0.0
    with torch.no_grad():
        for i in range(sum(key.startswith("ids.") for key in expected)):
            logits = model(expected[f"ids.{i}"].unsqueeze(0)).logits[0]
            largest = max(largest, (logits - expected[f"logits.{name}.{i}"]).abs().max().item())
    return largest


def moved(expected):
    return max((expected[f"logits.base.{i}"] - expected[f"logits.safetensors.{i}"]).abs().max().item()
               for i in range(sum(key.startswith("ids.") for key in expected)))


def check(root):
    print(f"torch {torch.__version__}, transformers {transformers.__version__}, peft {peft.__version__}")
    print(f"{'layout':10} {'export':12} {'max |difference|':>17} {'moved by the edits':>20}")
    sound = True
    for layout in LAYOUTS:
        folder = root / layout
        expected = load_file(folder / "logits.safetensors")
        models = {
            "base": lambda: base_model(folder / "base"),
            "safetensors": lambda: base_model(folder / "safetensors"),
            "peft": lambda: adapter(folder / "peft", folder / "base"),
            "peft-small": lambda: adapter(folder / "peft-small", folder / "base"),
            "merged": lambda: adapter(folder / "peft", folder / "base").merge_and_unload(),
        }
        for name, load in models.items():
            found = difference(load(), expected, "peft" if name == "merged" else name)
            sound &= found <= LARGEST and moved(expected) > 100 * LARGEST
            print(f"{layout:10} {name:12} {found:17.2e} {moved(expected):20.2e}")
    print(f"all within {LARGEST}" if sound else f"NOT all within {LARGEST}")
    return 0 if sound else 1


if len(sys.argv) > 1:
    sys.exit(check(Path(sys.argv[1])))
with tempfile.TemporaryDirectory() as made:
    maven = os.environ.get("MAVEN", "mvn").split()
    subprocess.run([*maven, "-B", "-q", "test", "-Dtest=ExportParityTest", f"-Derrata.parity={made}"], check=True)
    sys.exit(check(Path(made)))
