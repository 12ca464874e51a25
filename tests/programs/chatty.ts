// A program that writes as many bytes as it was told, to standard output and to standard error, as fast as they are taken.
// Never waits for anything else.

const bytes = Number(process.argv[2] ?? 0)
for (const stream of [process.stdout, process.stderr]) stream.write(`${'x'.repeat(Math.max(0, bytes - 4))}end\n`)
