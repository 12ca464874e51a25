// A program that says a last word, without a line's end, and dies with the code it was given.
// Never reads its input.

process.stderr.write('first line\nlast word')
process.exitCode = Number(process.argv[2] ?? 1)
