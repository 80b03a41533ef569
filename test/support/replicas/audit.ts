import type { Sql } from 'postgres'

/**
 * Has the database itself keep every change of a lease, whoever makes it: so that no process is believed what it says
 * of itself.
 */
export async function auditLeases(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create table lease_audit (
      number bigint generated always as identity, kind text, account_id bigint, id bigint, at timestamptz,
      backend int, old_token uuid, old_expires timestamptz, new_token uuid, old_state text, new_state text,
      old_transitioning text, new_transitioning text);
    create function audit_lease() returns trigger language plpgsql as $$ begin
      insert into lease_audit (kind, account_id, id, at, backend, old_token, old_expires, new_token, old_state,
        new_state, old_transitioning, new_transitioning)
      values (tg_table_name, new.account_id, new.id, now(), pg_backend_pid(), old.lease_token,
        old.lease_expires, new.lease_token, old.state, new.state, old.transitioning, new.transitioning);
      return null;
    end $$;
    create trigger audit after update on snapshot for each row execute function audit_lease();
    create trigger audit after update on backup for each row execute function audit_lease();`)
}

/** Leases that were given while another was still valid: none. A claim is one statement, and `at` its time. */
export const overlappingLeases = (sql: Sql) => sql`
  select * from lease_audit where new_token <> old_token and old_expires > at`

/** Work that was settled without a lease: none, as no deadline passes. */
export const unleasedOutcomes = (sql: Sql) => sql`
  select * from lease_audit
  where old_transitioning = 'yes' and new_transitioning <> 'yes' and old_token is null`

/** Leases that wrote after another had followed them, or that two rows had: none. */
export const returnedLeases = (sql: Sql) => sql`
  select new_token from lease_audit where new_token is not null and new_token is distinct from old_token
  group by new_token having count(*) > 1`

/** How many leases were given, and how many of them took over one that had run out. */
export const countLeases = (sql: Sql) => sql<{ given: number; taken_over: number }[]>`
  select count(*)::int as given, count(old_token)::int as taken_over from lease_audit
  where new_token is not null and new_token is distinct from old_token`
