"""Saves what teams save with PyTorch into the folder that is named. The files in torch-2.15.0 are what this wrote with that version: the package is
too large to be installed for a test."""
import sys
import warnings

import torch
from torch import nn

warnings.simplefilter("ignore")
folder = sys.argv[1]
torch.manual_seed(0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)
        self.norm = nn.BatchNorm1d(3)

    def forward(self, x):
        return torch.relu(self.norm(self.linear(x)))


net = Net()
optimizer = torch.optim.Adam(net.parameters())
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
net(torch.randn(4, 4)).sum().backward()
optimizer.step()
TYPES = "float16 bfloat16 float64 int8 uint8 int16 int32 int64 bool complex64 float8_e4m3fn"
saved = {
    "state.pt": net.state_dict(),
    "checkpoint.pt": {
        "epoch": 1,
        "model": net.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
        "random": torch.get_rng_state(),
        "settings": {"layers": [1, "x", None]},
    },
    "types.pt": [torch.zeros(2, dtype=getattr(torch, name)) for name in TYPES.split()],
    "parts.pt": [nn.Parameter(torch.zeros(2)), torch.Size([1, 2]), torch.float32, torch.device("cpu")],
    "sparse.pt": torch.sparse_coo_tensor([[0, 1], [1, 0]], [1.0, 2.0], (2, 2)),
    "quantized.pt": torch.quantize_per_tensor(torch.randn(4), 0.1, 0, torch.quint8),
    "whole.pt": nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.TransformerEncoderLayer(4, 1, 4)),
}
for name, value in saved.items():
    torch.save(value, f"{folder}/{name}")
torch.save(net.state_dict(), f"{folder}/before-1.6.pt", _use_new_zipfile_serialization=False)
torch.jit.trace(net.eval(), torch.randn(2, 4)).save(f"{folder}/traced.torchscript")
torch.export.save(torch.export.export(net, (torch.randn(2, 4),)), f"{folder}/exported.pt2")
