// What the verbs that run one service have in common: settings from their own environment, or from a parent's line on standard input.
// Never knows what a service does.

import { Option } from 'commander'
import { readSystemdEnvironment } from '../config/env.ts'
import { judgeSettings, openSettings, type Settings } from '../config/settings.ts'
import { holdLifeline } from '../services/run-service.ts'
import { openSystemd, type Systemd } from '../src/adapters/systemd.ts'
import { systemClock } from '../src/base/clock.ts'
import { messageOf } from '../src/base/errors.ts'
import { withExamples, type CliContext, type Verb } from './cli.ts'

export type ServiceOptions = { readonly logToStderr: boolean; readonly systemd: Systemd }
export type ServiceRun = (settings: Settings, options: ServiceOptions, signal: AbortSignal) => Promise<void>

export function serviceVerb(name: string, summary: string, run: ServiceRun): Verb {
  return {
    name,
    summary,
    configure: (command) =>
      void withExamples(command.addOption(new Option('--under-parent').hideHelp()), [
        [`./ezrec ${name}`, 'runs this one service until Ctrl-C; ./ezrec up runs them all'],
      ]),
    run: async (context) => {
      const { settings, signal, logToStderr } = await settingsFor(context)
      process.umask(settings.paths.umask)
      const systemd = openSystemd({
        ...readSystemdEnvironment(),
        clock: systemClock,
        onFault: (error) => context.say(`systemd was not told: ${messageOf(error)}`),
      })
      signal.addEventListener('abort', () => systemd.stopping(), { once: true })
      await run(settings, { logToStderr, systemd }, signal)
      return 0
    },
  }
}

async function settingsFor(context: CliContext): Promise<{ settings: Settings; signal: AbortSignal; logToStderr: boolean }> {
  if (context.options['underParent'] !== true) {
    const { settings, warnings } = openSettings(context.home)
    for (const warning of warnings) context.say(`warning: ${warning}`)
    return { settings, signal: context.signal, logToStderr: true }
  }
  const { variables, signal } = await holdLifeline()
  signal.addEventListener('abort', endForSure, { once: true })
  const { settings } = judgeSettings(variables, { home: context.home, cwd: process.cwd() })
  return { settings, signal: AbortSignal.any([context.signal, signal]), logToStderr: false }
}

/** With the parent gone nobody else would end a service that cannot close what it holds. */
function endForSure(): void {
  setTimeout(() => process.exit(1), 15_000).unref()
}
