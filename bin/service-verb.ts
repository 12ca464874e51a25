// What the verbs that run one service have in common: settings from their own environment, or from a parent's line on standard input.
// Never knows what a service does.

import { Option } from 'commander'
import { judgeSettings, openSettings, type Settings } from '../config/settings.ts'
import { holdLifeline } from '../services/run-service.ts'
import { withExamples, type CliContext, type Verb } from './cli.ts'

export type ServiceRun = (settings: Settings, options: { readonly logToStderr: boolean }, signal: AbortSignal) => Promise<void>

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
      await run(settings, { logToStderr }, signal)
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
