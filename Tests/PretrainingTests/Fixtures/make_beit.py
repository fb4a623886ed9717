"""Makes beit.safetensors: a tiny BEiT as transformers' BeitForMaskedImageModeling computes it in float64, for `BEiTParityTests`.

Run: python make_beit.py (torch, transformers 5.24, safetensors). It holds random weights under this project's names (`student.`,
`head.codes.`), pixels in 0...1, the mask (1 = masked), the code of every patch, logits of every patch, the loss over masked patches, and
the gradient of every parameter (`gradient/`).
"""

import pathlib

import torch
from safetensors.torch import save_file
from transformers import BeitConfig, BeitForMaskedImageModeling

torch.manual_seed(20240612)
BATCH, IMAGE, PATCH, CODES = 3, 16, 4, 11
MEAN = torch.tensor([0.485, 0.456, 0.406]).double().view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).double().view(1, 3, 1, 1)

config = BeitConfig(
    vocab_size=CODES, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, image_size=IMAGE,
    patch_size=PATCH, layer_norm_eps=1e-6, use_mask_token=True, use_absolute_position_embeddings=False,
    use_relative_position_bias=False, use_shared_relative_position_bias=True, layer_scale_init_value=0.1, drop_path_rate=0.0,
    hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation="eager")
model = BeitForMaskedImageModeling(config).double().train()
with torch.no_grad():
    for name, parameter in model.named_parameters():
        value = torch.randn_like(parameter) * 0.2
        if name.endswith("weight") and parameter.ndim == 1:
            value += 1
        parameter.copy_(value.float().double())

pixels = torch.rand(BATCH, 3, IMAGE, IMAGE).double()
patches = (IMAGE // PATCH) ** 2
mask = torch.zeros(BATCH, patches, dtype=torch.bool)
for picture in range(BATCH):
    mask[picture, torch.randperm(patches)[:6]] = True
codes = torch.randint(0, CODES, (BATCH, patches))
output = model((pixels - MEAN) / DEVIATION, bool_masked_pos=mask, labels=codes[mask])
output.loss.backward()


def renamed(name):
    """The project's names."""
    for theirs, ours in {
            "beit.embeddings.patch_embeddings.projection.": "student.patch_embed.proj.",
            "beit.embeddings.cls_token": "student.cls_token", "beit.embeddings.mask_token": "student.mask_token",
            "beit.encoder.relative_position_bias.": "student.rel_pos_bias.",
            "beit.shared_position_bias.": "student.rel_pos_bias.",
            "beit.encoder.layer.": "student.blocks.", "beit.layers.": "student.blocks.", "lm_head.": "head.codes.",
            "layernorm_before": "norm1", "layernorm_after": "norm2", "lambda_1": "gamma_1", "lambda_2": "gamma_2",
            "attention.output.dense": "attn.proj", "attention.o_proj": "attn.proj",
            "intermediate.dense": "mlp.fc1", ".output.dense": ".mlp.fc2"}.items():
        name = name.replace(theirs, ours)
    return "student.norm." + name.removeprefix("layernorm.") if name.startswith("layernorm.") else name


def collect(of):
    found, parts = {}, {}
    for name, parameter in model.named_parameters():
        ours = renamed(name)
        for place, words in enumerate([("query", "q_proj"), ("key", "k_proj"), ("value", "v_proj")]):
            if any(f".{word}." in ours for word in words):
                block, kind = ours.split(".attention.")[0], ours.rsplit(".", 1)[1]
                if kind == "weight":
                    parts.setdefault(f"{block}.attn.qkv.weight", {})[place] = of(parameter)
                else:
                    found[f"{block}.attn.{'qkv'[place]}_bias"] = of(parameter)
                break
        else:
            found[ours] = of(parameter)
    for name, three in parts.items():
        found[name] = torch.cat([three[0], three[1], three[2]])
    return found


tensors = {"pixels": pixels, "mask": mask, "codes": codes, "logits": output.logits, "loss": output.loss.detach().reshape(1)}
tensors |= collect(lambda parameter: parameter.detach())
tensors |= {f"gradient/{name}": value for name, value in collect(lambda parameter: parameter.grad).items()}
tensors = {name: value.detach().float().contiguous() for name, value in tensors.items()}
save_file(tensors, pathlib.Path(__file__).with_name("beit.safetensors"))
print(len(tensors), "tensors; loss", output.loss.item())
