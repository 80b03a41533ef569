import { type ErrorCode, type InputProblem, inputProblem } from './errors.ts'

/** What a text may be. Lengths count Unicode code points; nothing is trimmed. */
interface TextRule {
  minLength: number
  maxLength: number
  /** Whether control characters (Cc) may stand in it. */
  controlCharacters: boolean
}

/** The rules of the input fields that carry text, stated once for every interface. */
export const textRules = {
  name: { minLength: 1, maxLength: 255, controlCharacters: false },
  description: { minLength: 0, maxLength: 1024, controlCharacters: true },
  idempotencyKey: { minLength: 1, maxLength: 255, controlCharacters: true },
} as const satisfies Record<string, TextRule>

/** Every problem of a text by its rule; none for null and undefined, which are not texts. */
export function textProblems(
  fieldName: keyof typeof textRules,
  text: string | null | undefined,
): InputProblem[] {
  if (text == null) return []
  const rule = textRules[fieldName]
  const problems: InputProblem[] = []
  const add = (code: ErrorCode, message: string) =>
    problems.push(inputProblem(fieldName, code, `${fieldName} ${message}`))
  const length = codePoints(text)
  if (length < rule.minLength)
    add('MIN_LENGTH_EXCEEDED', `must have at least ${rule.minLength} ${plural(rule.minLength)}`)
  if (length > rule.maxLength)
    add('MAX_LENGTH_EXCEEDED', `must have at most ${rule.maxLength} characters, not ${length}`)
  if (!isStorable(text)) add('INVALID_CHARACTERS', 'must not contain U+0000 or half a surrogate pair')
  else if (!rule.controlCharacters && /\p{Cc}/u.test(text))
    add('INVALID_CHARACTERS', 'must not contain control characters')
  return problems
}

/** Whether Postgres can keep the text as it is: no U+0000, no lone surrogates. */
export function isStorable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text)
}

function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

function plural(count: number): string {
  return count === 1 ? 'character' : 'characters'
}
