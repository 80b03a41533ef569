/** Nobody is left behind where the benchmark itself was killed. */
process.once('disconnect', () => process.exit(1))
process.once('SIGTERM', () => process.exit(0))

export const port = Number(process.env.PORT)
