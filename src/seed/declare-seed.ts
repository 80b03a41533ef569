import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Size, sizes } from './size.ts'

const meanings = {
  volumes: 'How many volumes; at least one for each account.',
  snapshots: 'How many snapshots, about one for every minute until now.',
  accounts: 'How many accounts. Where there are several, account 1 has half of everything.',
}

/**
 * Declares the command with its help; settings and what runs it are the caller's. `sizeOf` tells what was asked for, or
 * prints what is wrong with it and ends the process.
 */
export function declareSeed(program: Command): { command: Command; sizeOf(): Size } {
  const command = program
    .command('seed')
    .description('Fill an empty database with rows for tests of load: snapshots without archives.')
    .addHelpText(
      'after',
      `
Only for a database without snapshots; one that is not there is made. Nothing is written to the storage.

Examples:
  snapshot-gateway seed --data-dir ./load           10,000 snapshots, to look at with --data-dir ./load
  snapshot-gateway seed --data-dir ./load --volumes 10000 --snapshots 1000000`,
    )
  for (const name of ['volumes', 'snapshots', 'accounts'] as const)
    command.addOption(
      new Option(`--${name} <n>`, meanings[name])
        .default(sizes[name].default, figure(sizes[name].default))
        .argParser(upTo(sizes[name].most)),
    )
  return {
    command,
    sizeOf: () => {
      const { accounts, volumes, snapshots } = command.opts<{ [K in keyof Size]: Size[K] }>()
      if (volumes < accounts)
        command.error(
          `error: ${figure(accounts)} accounts need at least as many volumes: --volumes must be ${accounts} or more`,
        )
      return { accounts, volumes, snapshots }
    },
  }
}

function upTo(most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,10}$/.test(text) ? Number(text) : 0
    if (number < 1 || number > most)
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${figure(most)}.`)
    return number
  }
}

function figure(number: number): string {
  return number.toLocaleString('en')
}
