// The command line: one verb a file under bin/commands/, loaded when it is called, so that --help stays fast on a small box.
// Never does a verb's work; it is the edge where every fault ends.

import { Command, CommanderError, Option } from 'commander'
import packageFacts from '../package.json' with { type: 'json' }
import { messageOf } from '../src/base/errors.ts'
import { resolveHome, say, type Verb, type VerbEntry } from './cli.ts'
import { openOutput } from './output.ts'
import { openStopSignals } from './stop-signals.ts'

const verbs: readonly VerbEntry[] = [
  { name: 'demo', summary: 'the whole product on a simulated match, ending in a link', load: () => import('./commands/demo.ts') },
  { name: 'record', summary: 'record now, for a number of seconds, and publish the film', load: () => import('./commands/record.ts') },
  {
    name: 'booking',
    summary: 'add, list, show, extend, stop, cancel and import bookings, make their PINs',
    load: () => import('./commands/booking.ts'),
  },
  { name: 'up', summary: 'run all services in the foreground until Ctrl-C', load: () => import('./commands/up.ts') },
  { name: 'recorder', summary: 'run the recorder service alone', load: () => import('./commands/recorder.ts') },
  { name: 'worker', summary: 'run the video worker service alone', load: () => import('./commands/worker.ts') },
  { name: 'api', summary: 'run the HTTP API service alone', load: () => import('./commands/api.ts') },
  { name: 'status', summary: 'how the box stands at this moment, in figures', load: () => import('./commands/status.ts') },
  { name: 'user', summary: 'people who may sign in: add, list, remove', load: () => import('./commands/user.ts') },
  { name: 'key', summary: 'API keys: add, list, revoke', load: () => import('./commands/key.ts') },
  { name: 'merge', summary: 'merge two films that exist into one', load: () => import('./commands/merge.ts') },
  { name: 'cameras', summary: 'the two cameras: list them, try them', load: () => import('./commands/cameras.ts') },
  {
    name: 'calibrate',
    summary: "a rig's geometry from two films, two stills or the cameras",
    load: () => import('./commands/calibrate.ts'),
  },
  {
    name: 'uploads',
    summary: 'what is on its way to the bucket: bytes, parts, rate and when it will be there',
    load: () => import('./commands/uploads.ts'),
  },
  {
    name: 'cleanup',
    summary: 'clear away what nobody needs any more: footage of published films, parts, old logs',
    load: () => import('./commands/cleanup.ts'),
  },
  {
    name: 'republish',
    summary: 'send a published film to the bucket once more, or put another film of its match in its place',
    load: () => import('./commands/republish.ts'),
  },
  { name: 'doctor', summary: 'look at the whole box: what is well, what is not, and the mend', load: () => import('./commands/doctor.ts') },
  { name: 'fsck', summary: 'check that everything here agrees: rows, files, films', load: () => import('./commands/fsck.ts') },
  { name: 'bench', summary: 'measure what is promised', load: () => import('./commands/bench.ts') },
  { name: 'lab', summary: 'break something on purpose and see that it heals', load: () => import('./commands/lab.ts') },
  { name: 'config', summary: 'settings: check them, or print an example', load: () => import('./commands/config.ts') },
  { name: 'test', summary: 'check types, style and house rules, then run all tests', load: () => import('./commands/test.ts') },
]

process.exitCode = await main(process.argv.slice(2))

// Whatever is still open now was forgotten by somebody: say it, and end all the same.
setTimeout(() => {
  say(`still open at the end: ${process.getActiveResourcesInfo().join(', ')}`)
  process.exit()
}, 5_000).unref()

async function main(argv: readonly string[]): Promise<number> {
  using stop = openStopSignals((exitCode) => process.exit(exitCode))
  const output = openOutput(() => stop.abort())
  const print = (line: string): void => output.write(`${line}\n`)
  const out = (document: unknown): void => print(JSON.stringify(document))
  let exitCode = 0
  let strayExitCode: number | undefined
  const program = describeProgram().configureOutput({ writeOut: output.write })
  const tell = async (error: unknown): Promise<number> => {
    const { tellFault } = await import('./fault.ts')
    const told = tellFault(error, { verbose: program.opts()['verbose'] === true })
    for (const line of told.lines) say(line)
    if (argv.includes('--json')) out(told.document)
    return told.exitCode
  }
  process.on('uncaughtException', (error) => {
    strayExitCode = 1 // a fault that nobody awaited: close what is open, then fail, whatever the verb makes of it
    stop.abort()
    void tell(error)
    setTimeout(() => process.exit(1), 15_000).unref()
  })
  const run = async (verb: Verb, command: Command): Promise<void> => {
    const { home, verbose } = program.opts<{ home?: string; verbose?: boolean }>()
    const options = command.opts()
    exitCode = await verb.run({
      home: resolveHome(home, process.cwd()),
      json: options['json'] === true,
      verbose: verbose === true,
      args: command.args,
      options,
      signal: stop.signal,
      out,
      print,
      say,
    })
  }
  try {
    await addVerbs(program, namedIn(program, argv), run)
    await program.parseAsync(withHelpLast(program, argv), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) exitCode = await tell(error)
    else if (error.exitCode !== 0) {
      exitCode = 2 // commander has told people already
      if (argv.includes('--json'))
        out({
          success: false,
          error: 'invalid',
          message: error.message.replace(/^error: /, ''),
          hint: 'run the verb with --help for its options and examples',
        })
    }
  }
  const lost = await output.settled()
  if (lost === undefined) return strayExitCode ?? exitCode
  say(`fault: the result was not written whole: ${messageOf(lost)}`)
  return 1
}

function describeProgram(): Command {
  return new Command('./ezrec')
    .description('EZREC records a sports court by itself: bookings, two cameras, one film, a link.')
    .version(packageFacts.version)
    .addOption(new Option('--home <folder>', 'where this box keeps everything (default: .ezrec in the clone)').env('EZREC_HOME'))
    .option('--verbose', 'show the stack of a fault')
    .showHelpAfterError('(add --help for options and examples)')
    .exitOverride()
}

/** The verb that these arguments ask for, also behind `help`. */
function namedIn(program: Command, argv: readonly string[]): string | undefined {
  const { operands } = program.parseOptions([...argv])
  return operands[0] === 'help' ? operands[1] : operands[0]
}

/** `help booking add` as `booking add --help`. A word that is no verb stays without it: then it is told as such. */
function withHelpLast(program: Command, argv: readonly string[]): readonly string[] {
  const [first, ...words] = program.parseOptions([...argv]).operands
  if (first !== 'help' || words.length === 0) return argv
  let command: Command = program
  for (const word of words) {
    const below = command.commands.find((each) => each.name() === word)
    if (!below && command.commands.length > 0) return words
    command = below ?? command
  }
  return [...words, '--help']
}

async function addVerbs(program: Command, named: string | undefined, run: (verb: Verb, command: Command) => Promise<void>): Promise<void> {
  const add = (parent: Command, verb: Verb): void => {
    const command = parent.command(verb.name).summary(verb.summary).description(verb.summary)
    verb.configure(command)
    command.action(() => run(verb, command))
  }
  for (const { name, summary, load } of verbs) {
    if (name !== named) {
      program.command(name).summary(summary).description(summary)
      continue
    }
    const { command } = await load()
    if ('run' in command) add(program, command)
    else {
      const group = program.command(name).summary(summary).description(summary)
      for (const verb of command.verbs) add(group, verb)
    }
  }
}
