import type { FrameData } from '@chat/contract';

/**
 * The text of each reply as a client displays it. A delta at offset 0 may repeat the text so far; any other must continue
 * it.
 */
export class DisplayedText {
  readonly byId = new Map<string, string>();

  add({ id, offset, content }: Pick<FrameData, 'id' | 'offset' | 'content'>): void {
    if (id === undefined || offset === undefined) throw new Error('A delta needs id and offset.');
    const text = this.byId.get(id) ?? '';
    if (offset > text.length)
      throw new Error(`Offset ${offset} follows ${text.length} characters.`);
    const known = text.slice(offset);
    if (!content.startsWith(known) && !known.startsWith(content)) {
      throw new Error(`The delta at ${offset} contradicts the displayed text.`);
    }
    if (offset + content.length > text.length) this.byId.set(id, text.slice(0, offset) + content);
  }
}
