import { cpus, platform, release, totalmem } from 'node:os'

export interface Machine {
  cores: number
  processor: string
  /** GiB. */
  memory: number
  system: string
}

export function describeMachine(): Machine {
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memory: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
  }
}
