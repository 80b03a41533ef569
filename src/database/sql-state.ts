/** The SQLSTATE of a failed statement, or a connection's code (such as CONNECTION_CLOSED); else null. */
function sqlState(error: unknown): string | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if ('code' in at && typeof at.code === 'string') return at.code
  return null
}

const away = [
  /^CONNECT(ION)?_/, // ours and postgres.js's: busy, silent, failed, closed, ended, destroyed, timeout
  /^ERR_SOCKET_CLOSED$/, // it closed while it was being made
  /^08/, // connection exceptions
  /^53/, // out of connections, memory or disk
  /^57P0/, // shutting down, crashed, starting
  /^58030$/, // its disk fails
  /^25006$/, // read only: a replica that has not been promoted
]
/** A deadlock, or changes that cannot be put in an order: the same again will do. */
const conflict = /^40(001|P01)$/

/** Whether the database cannot do anything of the kind now, whatever was asked of it. */
export function isAway(error: unknown): boolean {
  const code = sqlState(error)
  return code !== null && (away.some((pattern) => pattern.test(code)) || isSocketFailure(error))
}

/** Whether the database is away or busy, as opposed to having refused this statement. */
export function isUnavailable(error: unknown): boolean {
  return isAway(error) || conflict.test(sqlState(error) ?? '')
}

/** A failed system call of a socket. Files are only read and written in child processes, whose errors have no syscall. */
function isSocketFailure(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if ('syscall' in at && /^(connect|read|write|getaddrinfo)$/.test(String(at.syscall))) return true
  return false
}

/** 57014: the statement ran into statement_timeout, or was cancelled. */
export function isStatementTimeout(error: unknown): boolean {
  return sqlState(error) === '57014'
}
