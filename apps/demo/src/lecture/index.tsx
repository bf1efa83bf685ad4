/** The lecture's pages. */
export function Lecture() {
  return (
    <article class="page prose stack">
      <h1>Normalizing flows</h1>
      <p>
        A flow carries simple noise z to data x through a chain of invertible functions, x = f(z). Where f stretches
        space the density thins, where it squeezes space the density thickens, and the Jacobian’s determinant says by
        how much: log p(x) = log p(z) − log |det ∂f/∂z|.
      </p>
      <p>
        The <a href="#/studio">studio</a> trains such a flow before your eyes.
      </p>
    </article>
  )
}
