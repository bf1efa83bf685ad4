"""Works of a PyTorch library, run eagerly as its users do."""

import torch

from serve import LEARNING_RATE, draw


class Model:
    """What a library makes of a work: its module, log p(x), and noise to data."""

    def __init__(self, module, log_prob, from_latent, latent):
        self.module = module
        self.log_prob = log_prob
        self.from_latent = from_latent
        # shapes of the noise of some rows
        self.latent = latent


def set_up_with(build):
    """Sets works up for a library; `build` gives a Model, or None for what it does not have."""

    def set_up(work):
        torch.manual_seed(1)
        model = build(work)
        if model is None:
            return None
        rows, kind = work["rows"], work["kind"]
        parameters = sum(p.numel() for p in model.module.parameters() if p.requires_grad)
        event = work["event"]
        # images stand channels first
        x = torch.from_numpy(draw((rows, *event) if len(event) == 1 else (rows, event[2], event[0], event[1])))
        if kind == "step":
            return step(model, x), parameters
        if kind == "logProb":
            return without_gradients(lambda: model.log_prob(x)), parameters
        if kind == "sample":
            z = [torch.from_numpy(draw((rows, *shape))) for shape in model.latent]
            return without_gradients(lambda: model.from_latent(*z)), parameters
        return None

    return set_up


def step(model, x):
    optimiser = torch.optim.Adam(model.module.parameters(), lr=LEARNING_RATE)

    def run():
        optimiser.zero_grad()
        loss = -model.log_prob(x).mean()
        loss.backward()
        optimiser.step()
        return loss.item()

    return run


def without_gradients(f):
    def run():
        with torch.no_grad():
            f()

    return run
