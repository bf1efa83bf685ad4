from serve import serve


def load():
    import torch
    import zuko

    from torch_works import Model, set_up_with

    def build(work):
        size = work["event"][0]
        layers = work["layers"]
        if work["model"] == "realnvp":
            flow = zuko.flows.RealNVP(size, transforms=layers, hidden_features=(64, 64))
        elif work["model"] == "nsf":
            # autoregressive in two dimensions, which is a coupling and one value more
            flow = zuko.flows.NSF(size, transforms=layers, bins=8, hidden_features=(64, 64))
        elif work["model"] == "maf":
            flow = zuko.flows.MAF(size, transforms=layers, hidden_features=(256, 256))
        else:
            return None
        return Model(flow, lambda x: flow().log_prob(x), lambda z: flow().transform.inv(z), [(size,)])

    return set_up_with(build), torch.get_num_threads()


serve(["zuko", "torch"], load)
