import { toys } from '@ebbflow/flows'
import { colour } from '../app/theme.js'
import { Canvas } from '../ui/canvas.js'
import { Card } from '../ui/card.js'
import { Figure } from '../ui/figure.js'

const rows = toys.twoMoons.sample(2000, { seed: 1 })

/** The studio: pick data, train a flow, see it. */
export function Studio() {
  return (
    <div class="page">
      <h1 class="visually-hidden">Studio</h1>
      <Card title="Data">
        <Figure title="Two moons" caption="2,000 points of two half-circles, blurred.">
          <Canvas
            label="A scatter plot of two interleaved half-circles"
            draw={({ context, width, height }) => {
              context.fillStyle = colour('data')
              for (let i = 0; i < rows.length; i += 2)
                context.fillRect(width * (0.5 + rows[i]! / 5), height * (0.5 - rows[i + 1]! / 5), 2, 2)
            }}
          />
        </Figure>
      </Card>
    </div>
  )
}
