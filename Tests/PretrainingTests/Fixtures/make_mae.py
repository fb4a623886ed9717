"""Makes mae.safetensors: a tiny MAE as transformers' ViTMAEForPreTraining computes it in float64, for `MAEParityTests`.

Run: python make_mae.py (torch, transformers 5.24, safetensors). It holds random weights under this project's names (`student.`,
`head.pixels.`), the fixed positions of encoder and decoder, pixels in 0...1, the mask that a given noise makes (1 = masked), targets of
every patch, predictions of every patch, the loss, and the gradient of every parameter (`gradient/`).
"""

import pathlib

import torch
from safetensors.torch import save_file
from transformers import ViTMAEConfig, ViTMAEForPreTraining

torch.manual_seed(20240611)
BATCH, IMAGE, PATCH = 3, 16, 4
MEAN = torch.tensor([0.485, 0.456, 0.406]).double().view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).double().view(1, 3, 1, 1)

config = ViTMAEConfig(
    hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, image_size=IMAGE, patch_size=PATCH,
    layer_norm_eps=1e-6, decoder_hidden_size=12, decoder_num_hidden_layers=2, decoder_num_attention_heads=2,
    decoder_intermediate_size=48, mask_ratio=0.75, norm_pix_loss=True, attn_implementation="eager")
model = ViTMAEForPreTraining(config).double().train()
# A model that is made and not loaded has zeros for positions.
model.vit.embeddings.patch_embeddings.projection._is_hf_initialized = False
model.vit.embeddings.initialize_weights()
model.decoder.initialize_weights((IMAGE // PATCH) ** 2)
assert model.vit.embeddings.position_embeddings.abs().sum() > 0 and model.decoder.decoder_pos_embed.abs().sum() > 0
positions = {"positions.student": model.vit.embeddings.position_embeddings.detach().clone()[0],
             "positions.decoder": model.decoder.decoder_pos_embed.detach().clone()[0]}
# Fixed positions are float32 in every implementation.
model.vit.embeddings.position_embeddings.data = model.vit.embeddings.position_embeddings.data.float().double()
model.decoder.decoder_pos_embed.data = model.decoder.decoder_pos_embed.data.float().double()
with torch.no_grad():
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        value = torch.randn_like(parameter) * 0.2
        if name.endswith("weight") and parameter.ndim == 1:
            value += 1
        parameter.copy_(value.float().double())

pixels = torch.rand(BATCH, 3, IMAGE, IMAGE).double()
noise = torch.rand(BATCH, (IMAGE // PATCH) ** 2)
normalised = (pixels - MEAN) / DEVIATION
output = model(normalised, noise=noise)
output.loss.backward()

patches = model.patchify(normalised)
targets = (patches - patches.mean(-1, keepdim=True)) / (patches.var(-1, keepdim=True) + 1e-6) ** 0.5


def renamed(name):
    """The project's names; None where a parameter is part of another one, which `joined` makes."""
    head = "head.pixels."
    name = name.replace("vit.encoder.layer.", "student.blocks.").replace("vit.layers.", "student.blocks.")
    name = name.replace("vit.embeddings.patch_embeddings.projection.", "student.patch_embed.proj.")
    name = name.replace("vit.embeddings.cls_token", "student.cls_token").replace("vit.layernorm.", "student.norm.")
    name = name.replace("decoder.decoder_embed.", head + "embed.").replace("decoder.mask_token", head + "mask_token")
    name = name.replace("decoder.decoder_layers.", head + "blocks.").replace("decoder.decoder_norm.", head + "norm.")
    name = name.replace("decoder.decoder_pred.", head + "pred.")
    for theirs, ours in {"layernorm_before": "norm1", "layernorm_after": "norm2", "attention.output.dense": "attn.proj",
                         "intermediate.dense": "mlp.fc1", "attention.o_proj": "attn.proj", "mlp.fc1": "mlp.fc1",
                         "mlp.fc2": "mlp.fc2"}.items():
        name = name.replace(theirs, ours)
    return name.replace(".output.dense", ".mlp.fc2")


def collect(of):
    found, parts = {}, {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        ours = renamed(name)
        for place, word in enumerate(["query", "key", "value", "q_proj", "k_proj", "v_proj"]):
            if f".{word}." in ours:
                block, kind = ours.split(".attention.")[0], ours.rsplit(".", 1)[1]
                parts.setdefault(f"{block}.attn.qkv.{kind}", {})[place % 3] = of(parameter)
                break
        else:
            found[ours] = of(parameter)
    for name, three in parts.items():
        found[name] = torch.cat([three[0], three[1], three[2]])
    return found


tensors = {"pixels": pixels, "mask": output.mask, "targets": targets, "predictions": output.logits,
           "loss": output.loss.detach().reshape(1), **positions}
tensors |= collect(lambda parameter: parameter.detach())
tensors |= {f"gradient/{name}": value for name, value in collect(lambda parameter: parameter.grad).items()}
tensors = {name: value.detach().float().contiguous() for name, value in tensors.items()}
save_file(tensors, pathlib.Path(__file__).with_name("mae.safetensors"))
print(len(tensors), "tensors; loss", output.loss.item())
