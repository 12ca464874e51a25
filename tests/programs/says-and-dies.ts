// A camera program that says why it cannot go on and dies.
// Never gives a picture.

process.stderr.write(`${process.argv[2] ?? ''}\n`)
process.exitCode = 1
