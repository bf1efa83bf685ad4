from serve import serve


def load():
    import normflows as nf
    import torch
    from normflows.flows.neural_spline.coupling import PiecewiseRationalQuadraticCoupling

    from torch_works import Model, set_up_with

    class Conditioner(nf.nets.MLP):
        def forward(self, inputs, context=None):
            return super().forward(inputs)

    def spline(size, layer):
        mask = torch.tensor([(i + layer) % 2 for i in range(size)])
        return PiecewiseRationalQuadraticCoupling(
            mask,
            lambda inputs, outputs: Conditioner([inputs, 64, 64, outputs]),
            num_bins=8,
            tails="linear",
            tail_bound=5.0,
        )

    def layers_of(work):
        size = work["event"][0]
        layers = []
        for i in range(work["layers"]):
            if work["model"] == "realnvp":
                net = nf.nets.MLP([size // 2, 64, 64, 2 * (size - size // 2)])
                layers += [nf.flows.AffineCouplingBlock(net), nf.flows.Permute(size, mode="swap")]
            elif work["model"] == "nsf":
                # as its own wrapper of this layer does: its formula leads from data to noise
                layers.append(nf.flows.Reverse(spline(size, i)))
            else:
                made = nf.flows.MaskedAffineAutoregressive(size, 256, num_blocks=1, use_residual_blocks=False)
                # densities in one pass, which is what the others do
                layers += [nf.flows.Reverse(made), nf.flows.Permute(size, mode="swap")]
        return layers

    def glow(height, steps):
        """Its example of Glow for images of one channel: two levels."""
        width, levels = 32, 2
        bases, merges, flows = [], [], []
        for i in range(levels):
            channels = 2 ** (levels + 1 - i)
            blocks = [nf.flows.GlowBlock(channels, width, split_mode="channel", scale=True) for _ in range(steps)]
            flows.append([*blocks, nf.flows.Squeeze()])
            side = height // 2 ** (levels - i)
            if i > 0:
                merges.append(nf.flows.Merge())
                shape = (channels // 2, side, side)
            else:
                shape = (channels, side, side)
            bases.append(nf.distributions.DiagGaussian(shape))
        model = nf.MultiscaleFlow(bases, flows, merges, class_cond=False)
        return model, [base.shape for base in bases]

    def build(work):
        if work["model"] == "glow":
            model, latent = glow(work["event"][0], work["layers"])

            def log_prob(x):
                return model.log_prob(x, None)

            # the first batch sets its ActNorms
            with torch.no_grad():
                log_prob(torch.randn(work["rows"], 1, *work["event"][:2]))
            return Model(model, log_prob, lambda *z: model.forward_and_log_det(list(z))[0], latent)
        size = work["event"][0]
        base = nf.distributions.DiagGaussian(size, trainable=False)
        model = nf.NormalizingFlow(base, layers_of(work))
        return Model(model, model.log_prob, lambda z: model.forward_and_log_det(z)[0], [(size,)])

    return set_up_with(build), torch.get_num_threads()


serve(["normflows", "torch"], load)
