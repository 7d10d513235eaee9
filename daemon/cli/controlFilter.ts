/**
 * Text from elsewhere made safe to draw on a terminal: control sequences (ECMA-48: CSI, OSC and the other strings, two
 * character escapes), the other C0 controls but tab and line feed, DEL and the C1 controls are left out. Without this a
 * model's answer could write the clipboard or move the cursor over what stands there.
 *
 * A filter goes on where the last text ended, because a sequence may be split over two parts.
 */
export type ControlFilter = (text: string) => string

export function createControlFilter(): ControlFilter {
  let state: State = 'text'
  return (text) => {
    let kept = ''
    for (const character of text) {
      const next = nextState(state, character)
      // A character that breaks a sequence off is text again, unless it is a control itself.
      if (next === 'text' && (state === 'text' || !endsSequence(state, character)) && !isControl(character)) {
        kept += character
      }
      state = next
    }
    return kept
  }
}

export function withoutControls(text: string): string {
  return createControlFilter()(text)
}

/** `escape`: after ESC. `sequence`: within a CSI. `string`: within an OSC, DCS, SOS, PM or APC. */
type State = 'text' | 'escape' | 'sequence' | 'string'

function nextState(state: State, character: string): State {
  if (character === '\u001b') return 'escape'
  if (character === '\u009b') return 'sequence'
  if (stringIntroducers.has(character)) return 'string'
  switch (state) {
    case 'text':
      return 'text'
    case 'escape':
      if (character === '[') return 'sequence'
      if (']PX^_'.includes(character)) return 'string'
      return isIn(character, ' ', '/') ? 'escape' : 'text'
    case 'sequence':
      return isIn(character, ' ', '?') ? 'sequence' : 'text'
    case 'string':
      return stringEnds.has(character) ? 'text' : 'string'
  }
}

/** DCS, SOS, OSC, PM and APC as single characters. */
const stringIntroducers: ReadonlySet<string> = new Set(['\u0090', '\u0098', '\u009d', '\u009e', '\u009f'])

/** BEL and ST end a string, CAN and SUB break it off; so does a line's end, or a string left open would hide the rest. */
const stringEnds: ReadonlySet<string> = new Set(['\u0007', '\u009c', '\u0018', '\u001a', '\n'])

/** Whether the character that leads out of the sequence belongs to it. */
function endsSequence(state: State, character: string): boolean {
  switch (state) {
    case 'text':
      return false
    case 'escape':
      return isIn(character, '0', '~')
    case 'sequence':
      return isIn(character, '@', '~')
    case 'string':
      return character !== '\n'
  }
}

function isControl(character: string): boolean {
  return (
    (isIn(character, '\u0000', '\u001f') && character !== '\t' && character !== '\n') ||
    isIn(character, '\u007f', '\u009f')
  )
}

function isIn(character: string, first: string, last: string): boolean {
  return character >= first && character <= last
}
