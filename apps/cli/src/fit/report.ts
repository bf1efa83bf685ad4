import { draw, type Flow } from '@ebbflow/flows'
import { fromModel } from '@ebbflow/training'
import { corner } from '@ebbflow/vis'
import { cornerFigure } from '@ebbflow/vis/figures'
import { toSvg } from '@ebbflow/vis/svg'
import { toPng } from '../png.js'
import { duration, engineOf, columns as inColumns, nats, whole } from '../words.js'
import { writeAtomically } from '../write.js'
import { evenly, type Prepared } from './prepare.js'
import type { FitJob, FitReport } from './types.js'

const PICTURE_SAMPLES = 20_000
/** More columns than this make a picture that nobody can read. */
const MAX_PICTURED = 6

/** Draws data against samples to a file: SVG by its name, else PNG. */
export async function drawPicture(
  path: string,
  flow: Flow,
  { columns, rows, split }: Prepared,
  job: FitJob,
  report: Pick<FitReport, 'testNll' | 'baselines'>,
): Promise<void> {
  const some = evenly(rows.train, 10 * PICTURE_SAMPLES)
  const data = fromModel(columns, some.values, { floor: false })
  const samples = fromModel(columns, draw(flow, PICTURE_SAMPLES, { seed: job.seed }), { floor: false })
  const { gaussian } = report.baselines
  const pictured = corner(
    columns.slice(0, MAX_PICTURED).map(({ name, steps }, c) => ({
      name,
      sets: [data.columns[c]!, samples.columns[c]!],
      log: steps.some((step) => step.type === 'log' && step.shift === 0),
    })),
  )
  const svg = toSvg(
    cornerFigure(pictured, {
      title: `${job.name}: data and samples`,
      notes: [
        `${whole(split.train.length)} training rows, ${whole(PICTURE_SAMPLES)} samples. Test NLL ${nats(report.testNll)} nats${gaussian === null ? '' : `; full Gaussian ${nats(gaussian)}`}`,
      ],
    }),
  )
  await writeAtomically(path, path.toLowerCase().endsWith('.svg') ? svg : toPng(svg))
}

/** A report as people read it. */
export function showFit(report: FitReport): string {
  const { testNll, testNllData, baselines, files } = report
  const shift = testNllData - testNll
  const row = (name: string, nll: number | null): string[][] =>
    nll === null ? [] : [[`  ${name}`, nats(nll), nats(nll + shift)]]
  const lines = [
    `${report.interrupted ? 'interrupted after ' : ''}${whole(report.steps)} steps in ${duration(report.seconds)}, ${engineOf(report)}; the model is that after step ${whole(report.bestStep)}`,
    '',
    inColumns(
      [
        ['negative log-likelihood, nats a test row', 'standardised', "in the data's units"],
        ...row(`this flow (${report.flow})`, testNll),
        ...row('full Gaussian', baselines.gaussian),
        ...row(`kernel density estimate, ${whole(baselines.kernels)} kernels`, baselines.kernel),
      ],
      [1, 2],
    ),
    '',
    inColumns(Object.entries(files).map(([what, path]) => [what, path])),
  ]
  return `${lines.join('\n')}\n`
}
