/** NOTIFY channels; a notification that is lost is healed by a poll. */

/** There is work to claim; no payload. */
export const workChannel = 'snapshot_gateway_work'
/** An attempt is no longer wanted; the payload is its lease token. */
export const cancelChannel = 'snapshot_gateway_cancel'
/** An API key is revoked; the payload is its access key. */
export const revokedKeyChannel = 'snapshot_gateway_key_revoked'
/** There are new events in the history; no payload. */
export const eventChannel = 'snapshot_gateway_event'
