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
        .option('--runs <n>', 'how often', '1')
        .option('--seed <n>', 'the same seed breaks the same things', '1')
        .option('--seconds <n>', 'length of each recording')
        .option('--json', 'print one JSON document'),
      [
        ['./ezrec lab', 'what can be broken'],
        ['./ezrec lab kill --runs 5 --seed 7', 'kills one process in each of five recordings'],
      ],
    ),
  run: (context) => runLab('lab', context),
}
