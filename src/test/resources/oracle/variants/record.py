"""Records logits of config variants that the tiny models beside this folder do not have: writes variants.json and variants.safetensors.

Each variant is one of those models with some fields of its config changed, some tensors replaced or added (seeded, stored) and some left
out. Run with torch 2.7.1 and transformers 4.53.3 in this folder: python record.py
"""
import json
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

SCALED = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}
QKV = ["q_proj", "k_proj", "v_proj"]


def layers(names, prefix="model.layers.{}."):
    return {prefix.format(layer) + name: shape for layer in range(2) for name, shape in names.items()}


LLAMA_BIASES = {f"self_attn.{n}.bias": [s] for n, s in zip(QKV + ["o_proj"], [32, 16, 16, 32])}
MLP_BIASES = {"mlp.gate_proj.bias": [88], "mlp.up_proj.bias": [88], "mlp.down_proj.bias": [32]}
WIDE_HEADS = {"q_proj": [64, 32], "k_proj": [16, 32], "v_proj": [16, 32], "o_proj": [32, 64]}
GPT2_MLP = {"mlp.c_fc.weight": [32, 96], "mlp.c_fc.bias": [96], "mlp.c_proj.weight": [96, 32]}

# name: model, tokens, changed fields (None: left out), new tensors, endings of names that are left out
VARIANTS = {
    "neox-sequential": ("gpt_neox", 12, {"use_parallel_residual": False, "hidden_act": "gelu"}, {}, []),
    "neox-rotary": ("gpt_neox", 40, {
        "rotary_pct": 0.5, "partial_rotary_factor": 0.5, "rotary_emb_base": 500, "rope_theta": 500,
        "rope_scaling": {"type": "linear", "rope_type": "linear", "factor": 2.0}}, {}, []),
    "neox-plain": ("gpt_neox", 12, {
        "attention_bias": False, "tie_word_embeddings": True, "partial_rotary_factor": None, "rope_theta": None, "hidden_act": "gelu_new"},
        {}, ["query_key_value.bias", "attention.dense.bias", "embed_out.weight"]),
    "gpt2-untied": ("gpt2", 12, {"tie_word_embeddings": False, "n_inner": 96, "activation_function": "gelu"},
        {"lm_head.weight": [512, 32], **layers(GPT2_MLP, "transformer.h.{}.")}, []),
    "llama-scaled": ("llama", 60, {"rope_theta": 5000.0, "rope_scaling": SCALED, "tie_word_embeddings": True}, {}, ["lm_head.weight"]),
    "llama-biases": ("llama", 12, {"attention_bias": True, "mlp_bias": True, "hidden_act": "gelu"}, layers({**LLAMA_BIASES, **MLP_BIASES}), []),
    "mistral": ("llama", 12, {
        "architectures": ["MistralForCausalLM"], "model_type": "mistral", "head_dim": 16, "num_key_value_heads": 1, "sliding_window": 12},
        layers({f"self_attn.{n}.weight": s for n, s in WIDE_HEADS.items()}), []),
    "qwen2": ("llama", 12, {
        "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "head_dim": None, "tie_word_embeddings": True, "rope_theta": 1e6,
        "use_sliding_window": False, "sliding_window": 4, "max_window_layers": 1},
        layers({k: v for k, v in LLAMA_BIASES.items() if "o_proj" not in k}), ["lm_head.weight"]),
}


def logits(folder, ids, dtype):
    model, info = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=dtype, attn_implementation="eager", output_loading_info=True)
    tied = ["lm_head.weight"] if model.config.tie_word_embeddings else []
    assert set(info["missing_keys"]) <= set(tied) and not info["mismatched_keys"], info
    return model.eval()(torch.tensor([ids])).logits[0, -4:].detach()


described, stored = {}, {}
torch.manual_seed(7)
for name, (base, count, changed, new, dropped) in VARIANTS.items():
    config = json.loads(Path(f"../{base}/model/config.json").read_text())
    config.update({"n_layer" if base == "gpt2" else "num_hidden_layers": 2} | changed)
    config = {k: v for k, v in config.items() if k not in changed or v is not None}
    own = {k: (0.2 * torch.randn(shape)).contiguous() for k, shape in new.items()}
    tensors = {k: v for k, v in load_file(f"../{base}/model/model.safetensors").items() if not k.endswith(tuple(dropped or ["-"]))} | own
    ids = torch.randint(0, 512, (count,)).tolist()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "config.json").write_text(json.dumps(config))
        save_file(tensors, Path(folder, "model.safetensors"), metadata={"format": "pt"})
        recorded, exact = logits(folder, ids, torch.float32), logits(folder, ids, torch.float64)
    noise = (recorded - exact).abs().max().item()
    described[name] = {"model": base, "config": config, "dropped": dropped, "ids": ids, "noise": noise, "largest": exact.abs().max().item()}
    stored |= {f"{name}/{k}": v for k, v in own.items()} | {f"{name}/logits": recorded.contiguous()}
Path("variants.json").write_text(json.dumps(described, indent=1) + "\n")
save_file(stored, "variants.safetensors")
