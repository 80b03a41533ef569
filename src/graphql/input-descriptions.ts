/** What every mutation says of the fields that they share. */
export const descriptionInput = 'Up to 1024 characters; tab and newline are fine.'
export const idempotencyKeyInput =
  "1 to 255 characters, the account's own, kept 24 hours. The same key with the same mutation and input gives the resource of the first call, as it is now, and does nothing; with anything else: InvalidInputError, IDEMPOTENCY_KEY_REUSED. A refused call leaves no key behind."
