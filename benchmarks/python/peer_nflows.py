from serve import serve


def load():
    import torch
    from nflows.distributions.normal import StandardNormal
    from nflows.flows.base import Flow
    from nflows.nn.nets import MLP
    from nflows.transforms.autoregressive import MaskedAffineAutoregressiveTransform
    from nflows.transforms.base import CompositeTransform
    from nflows.transforms.coupling import (
        AffineCouplingTransform,
        PiecewiseRationalQuadraticCouplingTransform,
    )
    from nflows.transforms.permutations import ReversePermutation

    from torch_works import Model, set_up_with

    class Conditioner(MLP):
        def forward(self, inputs, context=None):
            return super().forward(inputs)

    def network(inputs, outputs):
        return Conditioner((inputs,), (outputs,), [64, 64])

    def masks(size, layers):
        return [[1 if (i + layer) % 2 else -1 for i in range(size)] for layer in range(layers)]

    def build(work):
        size = work["event"][0]
        layers = work["layers"]
        if work["model"] == "realnvp":
            transforms = [AffineCouplingTransform(mask, network) for mask in masks(size, layers)]
        elif work["model"] == "nsf":
            transforms = [
                PiecewiseRationalQuadraticCouplingTransform(mask, network, num_bins=8, tails="linear", tail_bound=5.0)
                for mask in masks(size, layers)
            ]
        elif work["model"] == "maf":
            # its blocks come after a first hidden layer
            transforms = []
            for _ in range(layers):
                transforms += [
                    ReversePermutation(size),
                    MaskedAffineAutoregressiveTransform(size, 256, num_blocks=1, use_residual_blocks=False),
                ]
        else:
            return None
        transform = CompositeTransform(transforms)
        flow = Flow(transform, StandardNormal([size]))
        return Model(flow, flow.log_prob, lambda z: transform.inverse(z)[0], [(size,)])

    return set_up_with(build), torch.get_num_threads()


serve(["nflows", "torch"], load)
