import type { Progress } from '@ebbflow/training'
import { Presets, SingleBar } from 'cli-progress'
import { duration, engineOf, nats, whole } from './words.js'

/** Shows how far a fit has come. */
export interface ProgressView {
  update(progress: Progress): void
  stop(): void
}

const figures = (p: Progress, convert: Convert) => ({
  engine: engineOf(p),
  rate: p.rate < 10 ? p.rate.toFixed(1) : whole(p.rate),
  left: Number.isFinite(p.eta) ? duration(p.eta) : '…',
  train: Number.isNaN(p.trainNll) ? '…' : nats(convert.train(p.trainNll)),
  validation: p.validationNll === undefined ? '…' : nats(convert.validation(p.validationNll)),
})

/** From the likelihoods that `fit` reports to the units that people are told. */
export interface Convert {
  train(nll: number): number
  validation(nll: number): number
}

/** A bar on a terminal; elsewhere a line each few seconds; nothing when `quiet`. */
export function progressView(stream: NodeJS.WriteStream, convert: Convert, quiet: boolean): ProgressView {
  if (quiet) return { update: () => {}, stop: () => {} }
  return stream.isTTY ? bar(stream, convert) : lines(stream, convert)
}

const SCALE = 1000

function bar(stream: NodeJS.WriteStream, convert: Convert): ProgressView {
  const single = new SingleBar(
    {
      stream,
      format:
        '{bar} {percentage}% │ step {step}{of} │ {rate} steps/s, {engine} │ {left} left │ NLL train {train} validation {validation}',
      hideCursor: true,
      barsize: 24,
      gracefulExit: false,
      linewrap: false,
    },
    Presets.shades_classic,
  )
  let started = false
  return {
    update(p) {
      const payload = {
        step: whole(p.step),
        of: Number.isFinite(p.steps) ? ` of ${whole(p.steps)}` : '',
        ...figures(p, convert),
      }
      if (!started) single.start(SCALE, 0, payload)
      started = true
      single.update(Math.round(SCALE * p.fraction), payload)
    },
    stop: () => single.stop(),
  }
}

const EVERY_SECONDS = 5

function lines(stream: NodeJS.WriteStream, convert: Convert): ProgressView {
  let next = 0
  let last: Progress | undefined
  const write = (p: Progress): void => {
    const { rate, engine, left, train, validation } = figures(p, convert)
    const of = Number.isFinite(p.steps) ? ` of ${whole(p.steps)}` : ''
    stream.write(
      `step ${whole(p.step)}${of} (${Math.round(100 * p.fraction)} %), ${rate} steps/s, ${engine}, ${left} left, NLL train ${train}, validation ${validation}\n`,
    )
    last = undefined
  }
  return {
    update(p) {
      last = p
      if (p.step === 0 || p.seconds < next) return
      next = p.seconds + EVERY_SECONDS
      write(p)
    },
    stop() {
      if (last) write(last)
    },
  }
}
