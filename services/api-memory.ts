// How the API service is started, so that many clients do not make it large. systemd/ezrec-api.service says the same.
// Never a limit that its work comes near: 46 MB lived on its heap after 100,000 requests of every kind.

/** Measured with 48 connections (docs/design/door.md#its-memory). V8 looks through all of its heap the later, the higher
 *  its limit is: by default gigabytes; without the third glibc keeps the 19 MiB of each argon2id in every thread that ever did one. Other C libraries do not read it. */
export const apiMemory = {
  flags: ['--max-old-space-size=256', '--max-semi-space-size=4'],
  env: { MALLOC_MMAP_THRESHOLD_: String(1024 * 1024) },
} as const
