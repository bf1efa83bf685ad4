from serve import LEARNING_RATE, cores, draw, serve


def load():
    from functools import partial

    import equinox as eqx
    import jax
    import jax.numpy as jnp
    import optax
    import paramax
    from flowjax.bijections import Affine, RationalQuadraticSpline
    from flowjax.distributions import StandardNormal
    from flowjax.flows import coupling_flow, masked_autoregressive_flow

    def build(work):
        key = jax.random.key(1)
        common = {"base_dist": StandardNormal(tuple(work["event"])), "flow_layers": work["layers"], "nn_depth": 2}
        if work["model"] == "realnvp":
            return coupling_flow(key, nn_width=64, **common)
        if work["model"] == "nsf":
            spline = RationalQuadraticSpline(knots=8, interval=5)
            return coupling_flow(key, nn_width=64, transformer=spline, **common)
        if work["model"] == "maf":
            return masked_autoregressive_flow(key, nn_width=256, transformer=Affine(), **common)
        return None

    def set_up(work):
        flow = build(work)
        if flow is None:
            return None
        x = jnp.asarray(draw((work["rows"], *work["event"])))
        # as its own training splits a flow
        is_leaf = lambda leaf: isinstance(leaf, paramax.NonTrainable)
        trained, static = eqx.partition(flow, eqx.is_inexact_array, is_leaf=is_leaf)
        parameters = sum(leaf.size for leaf in jax.tree_util.tree_leaves(trained))
        whole = lambda trained: paramax.unwrap(eqx.combine(trained, static))
        if work["kind"] == "step":
            run = step(trained, whole, x)
        elif work["kind"] == "logProb":
            run = mapping(lambda trained, x: whole(trained).log_prob(x), trained, x)
        elif work["kind"] == "sample":
            run = mapping(lambda trained, z: jax.vmap(whole(trained).bijection.transform)(z), trained, x)
        else:
            return None
        # the first run compiles
        run()
        return run, parameters

    def mapping(f, trained, x):
        compiled = jax.jit(f)
        return lambda: compiled(trained, x).block_until_ready()

    def step(trained, whole, x):
        optimiser = optax.adam(LEARNING_RATE)

        @partial(jax.jit, donate_argnums=(0, 1))
        def update(trained, state, x):
            loss, gradients = jax.value_and_grad(lambda trained: -whole(trained).log_prob(x).mean())(trained)
            updates, state = optimiser.update(gradients, state, trained)
            return eqx.apply_updates(trained, updates), state, loss

        # what is given away at the first step must not be what other works hold
        now = [jax.tree_util.tree_map(jnp.copy, trained)]
        now.append(optimiser.init(now[0]))

        def run():
            now[0], now[1], loss = update(now[0], now[1], x)
            loss.block_until_ready()
            jax.block_until_ready(now)

        return run

    return set_up, cores()


serve(["flowjax", "jax"], load)
