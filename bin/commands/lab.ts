// ./ezrec lab: breaks something on purpose and sees that it heals. Without a name it lists what there is.
// Never breaks anything in the home it is given: each experiment has homes of its own.

import { withExamples, type Verb } from '../cli.ts'
import { runLab } from '../lab-child.ts'

export const command: Verb = {
  name: 'lab',
  summary: 'break something on purpose and see that it heals',
  configure: (it) =>
    void withExamples(
      it
        .argument('[name]', 'which experiment')
        .option('--points <n>', 'how many things are broken; of each kind, for cameras')
        .option('--cuts <n>', 'how often the power is cut')
        .option('--requests <n>', 'how many requests are sent')
        .option('--runs <n>', 'how many films are sent')
        .option('--shard <n/m>', 'only this part of the points', '1/1')
        .option('--seed <n>', 'the same seed breaks the same things', '1')
        .option('--seconds <n>', 'length of each recording')
        .option('--suite <name>', 'which Debian is installed on: bookworm or trixie', 'bookworm')
        .option('--arch <name>', 'for which processor: amd64 or arm64; another one than this is emulated')
        .option('--json', 'print one JSON document'),
      [
        ['./ezrec lab', 'what can be broken'],
        ['sudo ./ezrec lab install --suite trixie', 'deployment.sh on a Debian 13 that boots'],
        ['./ezrec lab fuzz --requests 5000 --seed 3', 'five thousand requests of every kind at an API of its own'],
        ['./ezrec lab kill --points 20 --seed 7', 'kills twenty processes, five in each recording'],
      ],
    ),
  run: (context) => runLab('lab', context),
}
