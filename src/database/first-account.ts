/** The account that migration makes: its volumes are in VOLUMES_DIR itself, and AUTH=none acts as it. */
export const firstAccount = 1n
