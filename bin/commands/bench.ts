// ./ezrec bench: what is promised, measured. Without a name it lists what there is.
// Never measures anything itself: the laboratory does.

import { withExamples, type Verb } from '../cli.ts'
import { runLab } from '../lab-child.ts'

export const command: Verb = {
  name: 'bench',
  summary: 'measure what is promised',
  configure: (it) =>
    void withExamples(
      it
        .argument('[name]', 'which measurement')
        .option('--seconds <list>', 'lengths of the sessions, separated by commas')
        .option('--store <name>', 'where films are published: folder or s3', 'folder')
        .option('--json', 'print one JSON document'),
      [
        ['./ezrec bench', 'what can be measured'],
        ['./ezrec bench publish --seconds 20,60 --json', 'publishing after the end; needs strace'],
        ['./ezrec bench api --seconds 60 --json', 'how soon reads are answered while a match is recorded'],
        ['sudo ./ezrec bench publish --store s3 --json', 'into an S3 server, also over narrow uplinks; needs python3-swift and root'],
        ['./ezrec bench stitch --json', "the panorama's cost a frame, beside ffmpeg's perspective filter"],
      ],
    ),
  run: (context) => runLab('bench', context),
}
