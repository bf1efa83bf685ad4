import { EbbflowError } from '@ebbflow/core'
import { CommanderError } from 'commander'

/** Puts a file's name before an error that does not name it. */
export function inFile(path: string, error: unknown): unknown {
  if (!(error instanceof EbbflowError) || error.message.startsWith(path)) return error
  return new EbbflowError(error.code, `${path}: ${error.message}`, { cause: error })
}

/** The one line that tells people what went wrong; the stack trace too where it was asked for. */
export function explain(error: unknown, debug: boolean): string {
  if (debug) return `ebbflow: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  const message = (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ')
  if (error instanceof EbbflowError) return `ebbflow: ${message}`
  return `ebbflow: unexpected error: ${message} (--debug shows where)`
}

/** The exit code for an error: commander has spoken for itself, and help is no failure. */
export const exitCodeOf = (error: unknown): number => (error instanceof CommanderError && error.exitCode === 0 ? 0 : 1)
