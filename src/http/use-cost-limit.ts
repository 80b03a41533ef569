import type { Plugin } from 'graphql-yoga'
import { type Operation, refuseCostlyOperation } from '../graphql/refuse-costly-operation.ts'

/** Refuses what may cost too much once it is known to be valid, and before anything of it is executed. */
export function useCostLimit(limit: number): Plugin {
  const check = ({ args }: { args: Operation }) => refuseCostlyOperation(args, limit)
  return { onExecute: check, onSubscribe: check }
}
