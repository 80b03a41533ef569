// The statements that change something, by names for people. One that only reads is no step: a crash around it leaves
// what the step before it has left.

const names: [RegExp, string | null][] = [
  [/^insert into idempotency_key/, 'claim the idempotency key'],
  [/^update idempotency_key set resource_id/, 'record the idempotency key'],
  [/^with parent as .* insert into "snapshot"/, 'insert the snapshot'],
  [/^insert into "backup"/, 'insert the backup'],
  [/^select pg_notify/, 'notify'],
  [/^commit$/, 'commit'],
  // Before the acceptance: both set when the row is due.
  [/update "(?:snapshot|backup)" set .*"lease_token" = gen_random_uuid\(\)/, 'claim the row'],
  [/^update "(?:snapshot|backup)" set .*"attempt" = greatest\(/, 'give the lease back'],
  [/^with "changed" as \(update "snapshot" set .*"deadline" = now\(\) \+/, 'change the snapshot'],
  [/^update "backup" set .*"deadline" = now\(\) \+/, 'change the backup'],
  [
    /^with "changed" as \(update "snapshot" set "transitioning" = \$1, "state" = \$2 where/,
    'make the snapshot created again',
  ],
  [/^update "snapshot" set "size_bytes" = \$1, "checksum" = \$2 where/, 'record size and checksum'],
  [/^update "snapshot" set "state" = \$1 where/, 'ask whether the lease holds'],
  [/^(?:with "changed" as \()?update "(?:snapshot|backup)" set .*"deadline" = \$/, 'record the outcome'],
  // What goes on all the time, and what a start does.
  [/^update "(?:snapshot|backup)" set ("lease_expires"|"transitioning_progress") = [^,]* where/, null],
  [/^update "(?:snapshot|backup)" set "run_after" = [^,]*, "lease_expires" = [^,]* where/, null],
  [/^update "(?:snapshot|backup)" set "lease_expires" = [^,]*, "run_after" = [^,]* where/, null],
  [/^with ("changed" as \(with )?"batch" as/, null],
  [/^with (history|oldest) as/, null],
  [/^delete from idempotency_key where ctid/, null],
  [
    /^(select|begin|rollback|listen|unlisten|set local|create|insert into (installation|account|storage_root))\b/i,
    null,
  ],
]

export const claim = 'claim the row'
export const commit = 'commit'

/** What a statement does, or null for what is no step. Throws where nobody has said what it does. */
export function stepOf(statement: string): string | null {
  const text = statement.trim().replaceAll(/\s+/g, ' ')
  const found = names.find(([pattern]) => pattern.test(text))
  if (!found) throw new Error(`a statement that has no name yet: ${text}`)
  return found[1]
}
