import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Recorder } from '../../mock/recording/recorder.js';
import { serializeRecording } from '../../mock/recording/recording.js';
import { CommandError, SettingError } from '../errors.js';
import { explainListenError } from '../lifecycle/explain-listen-error.js';
import { stopWhenRequested } from '../lifecycle/stop-when-requested.js';
import { print, type Terminal } from '../output/terminal.js';
import type { recordSettings } from '../settings/command-settings.js';
import type { Settings } from '../settings/read-settings.js';

/**
 * Runs a proxy in front of a backend that records the conversations, until a signal stops it. The file is complete after
 * each turn.
 * @throws {SettingError} when the URL or the file is invalid
 * @throws {CommandError} when it cannot listen
 */
export async function record(
  terminal: Terminal,
  url: string,
  given: Settings<typeof recordSettings>,
): Promise<void> {
  const { host, json, out, port, untilStdinEnds } = given;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new SettingError(
      `<url> is invalid: expected the URL of a backend, such as http://127.0.0.1:3000, received "${url}".`,
    );
  }
  if (out === undefined) {
    throw new SettingError('--out or CHAT_RECORD_OUT is required: the file for the recording.');
  }
  const save = (content: string | Buffer): void => {
    // Replaced as a whole, so that nobody reads a part.
    writeFileSync(`${out}.tmp`, content);
    renameSync(`${out}.tmp`, out);
  };
  try {
    // Written as later turns are, to find problems now. An earlier recording stays until there is a new turn.
    save(existsSync(out) ? readFileSync(out) : serializeRecording({ version: 1, turns: [] }));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingError(
      `--out or CHAT_RECORD_OUT is invalid: "${out}" cannot be written (${code}).`,
    );
  }
  const recorder = new Recorder({
    target: url,
    save: (recording) => {
      if (recording.turns.length > 0) save(serializeRecording(recording));
    },
  });
  const address = await recorder.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(explainListenError({ host, port }, error));
  });
  stopWhenRequested(() => recorder.close(), terminal, untilStdinEnds);
  print(
    terminal,
    json
      ? JSON.stringify({ url: address, pid: process.pid })
      : `Chat recorder listening on ${address}, for ${url}`,
  );
}
