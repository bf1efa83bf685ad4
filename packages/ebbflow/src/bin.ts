#!/usr/bin/env node
import { processIO, run } from '@ebbflow/cli'

process.exitCode = await run(process.argv.slice(2), processIO())
