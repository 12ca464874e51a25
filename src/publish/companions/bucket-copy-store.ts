// What the bucket has acknowledged beside the films, as rows.
// Never asks the bucket.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'

export type BucketCopy = {
  readonly objectKey: string
  readonly filmKey: string
  readonly bytes: number
  readonly sha256: string
  readonly changedAtMs: number
}

const row = z
  .object({ object_key: z.string(), film_key: z.string(), bytes: z.int(), sha256: z.string(), changed_at_ms: z.number() })
  .transform((r): BucketCopy => ({
    objectKey: r.object_key,
    filmKey: r.film_key,
    bytes: r.bytes,
    sha256: r.sha256,
    changedAtMs: r.changed_at_ms,
  }))

export const listBucketCopies = (db: Database, place: string, filmKey: string): BucketCopy[] =>
  db
    .all(
      'select object_key, film_key, bytes, sha256, changed_at_ms from bucket_object where place = ? and film_key = ? order by object_key',
      place,
      filmKey,
    )
    .map((found) => row.parse(found))

/** Keys of films with something that stands beside where they were before they moved. */
export const filmsWithStrays = (db: Database, place: string): string[] =>
  db
    .all(
      `select distinct o.film_key from bucket_object o
         join upload u on u.film_key = o.film_key and u.place = o.place and u.state = 'confirmed'
       where o.place = ? and o.object_key not like '%/track-%.ts' and substr(o.object_key, 1, length(u.object_key) - 3) not in
         (substr(u.object_key, 1, length(u.object_key) - 4) || '.', substr(u.object_key, 1, length(u.object_key) - 4) || '/')`,
      place,
    )
    .map((found) => z.string().parse(found['film_key']))

/** Of films that somebody removed. */
export const copiesOfRemoved = (db: Database, place: string): string[] =>
  db
    .all(
      'select o.object_key from bucket_object o join video v on v.object_key = o.film_key where o.place = ? and v.removed_at_ms is not null order by o.object_key',
      place,
    )
    .map((found) => z.string().parse(found['object_key']))

export function noteBucketCopy(db: Database, place: string, copy: BucketCopy, nowMs: number): void {
  db.run(
    'insert or replace into bucket_object (place, object_key, film_key, bytes, sha256, changed_at_ms, sent_at_ms) values (?, ?, ?, ?, ?, ?, ?)',
    ...[place, copy.objectKey, copy.filmKey, copy.bytes, copy.sha256, copy.changedAtMs, nowMs],
  )
}

export const forgetBucketCopy = (db: Database, place: string, objectKey: string): void =>
  void db.run('delete from bucket_object where place = ? and object_key = ?', place, objectKey)
