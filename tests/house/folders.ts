// The order of the house, once: imports point only back along this list. With the few exceptions that other house rules grant.
// Never code; a change here is a change of the design and wants a decision record.

/** Type imports and dynamic imports count. A file is in the longest entry that its path begins with. */
export const folderOrder: readonly string[] = [
  'src/base',
  'config',
  'src/adapters',
  'src/booking',
  'src/capture',
  'src/check',
  'src/merge',
  'src/publish',
  'src/share',
  'src/sweep',
  'src/system',
  'src/api',
  'src/app.ts',
  'services',
  'bin',
  'lab',
  'web',
  'tests',
]

/** Files over 250 lines, each with the reason why it is one thing. */
export const longFiles: Readonly<Record<string, string>> = {}

/** Where the environment may be read. */
export const environmentReaders: readonly string[] = ['config/env.ts', 'src/base/process.ts']

/** Where a default export is what somebody else's program asks for. */
export const defaultExporters: readonly string[] = ['bin/test/reporter.ts']

/** Files that decide something carry one of these words in their name, or are the driver of a kind of camera; each has a test beside it. */
export const decidingFile =
  /\/(schedule|timeline|policy|states|settings|layouts?|ranges?)\.ts$|-(policy|range|schedule|spec)\.ts$|\/drivers\/(rpicam|v4l2|rtsp|file|simulated)\.ts$/
