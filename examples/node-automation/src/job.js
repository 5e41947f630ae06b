import { randomUUID } from 'node:crypto';
import { access, appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** @typedef {{ answer: string } | { rejected: string }} Outcome */
/** @typedef {{ number: number, text: string, key: string }} Question */

/**
 * The questions and their outcomes. Each outcome is appended to a journal, `ANSWERS.part`, as soon as it is known. A killed run
 * therefore loses nothing: the next run reads the journal and sends the remaining questions.
 */
export class Job {
  #answersFile;
  #journalFile;
  /** @type {Map<number, Outcome>} */
  #outcomes = new Map();
  /** @type {Question[]} */
  #questions;

  /**
   * @param {string} answersFile
   * @param {Question[]} questions
   */
  constructor(answersFile, questions) {
    this.#answersFile = answersFile;
    this.#journalFile = journalPath(answersFile);
    this.#questions = questions;
  }

  /**
   * Continues the job in the journal, or starts a new one.
   *
   * @param {string} questionsFile
   * @param {string} answersFile
   * @throws Error if the answers file already exists, or if the questions differ from those in the journal
   */
  static async open(questionsFile, answersFile) {
    const texts = (await readFile(questionsFile, 'utf8'))
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '');
    if (await exists(answersFile)) {
      throw new Error(`${answersFile} already exists. Move it to run the job again.`);
    }
    const journalFile = journalPath(answersFile);
    const lines = await readJournal(journalFile);
    const [header = { job: randomUUID(), questions: texts }, ...entries] = lines;
    if (JSON.stringify(header.questions) !== JSON.stringify(texts)) {
      throw new Error(
        `${questionsFile} changed after ${journalFile} was created. Restore it, or delete ${journalFile} to start again.`,
      );
    }
    // Write the journal before the first question is sent, because its id is part of every idempotency key.
    const text = [header, ...entries].map((line) => `${JSON.stringify(line)}\n`).join('');
    await writeFile(`${journalFile}.new`, text);
    await rename(`${journalFile}.new`, journalFile);
    const questions = texts.map((text, index) => ({
      number: index + 1,
      text,
      key: `${header.job}-${index + 1}`,
    }));
    const job = new Job(answersFile, questions);
    for (const { number, ...outcome } of entries) job.#outcomes.set(number, outcome);
    return job;
  }

  get total() {
    return this.#questions.length;
  }

  get done() {
    return this.#outcomes.size;
  }

  get rejected() {
    return [...this.#outcomes.values()].filter((outcome) => 'rejected' in outcome).length;
  }

  /** The questions without an outcome. */
  get pending() {
    return this.#questions.filter(({ number }) => !this.#outcomes.has(number));
  }

  /**
   * @param {Question} question
   * @param {Outcome} outcome
   */
  async record({ number }, outcome) {
    await appendFile(this.#journalFile, `${JSON.stringify({ number, ...outcome })}\n`);
    this.#outcomes.set(number, outcome);
  }

  /** Writes the answers in the order of the questions, one JSON object per line, and deletes the journal. */
  async finish() {
    const lines = this.#questions.map(({ number, text }) =>
      JSON.stringify({ question: text, ...this.#outcomes.get(number) }),
    );
    // Write and rename, so that a reader never sees an incomplete file.
    await writeFile(`${this.#answersFile}.new`, lines.map((line) => `${line}\n`).join(''));
    await rename(`${this.#answersFile}.new`, this.#answersFile);
    await rm(this.#journalFile);
  }
}

/** @param {string} answersFile */
function journalPath(answersFile) {
  return `${answersFile}.part`;
}

/**
 * @param {string} file
 * @returns {Promise<any[]>}
 */
async function readJournal(file) {
  const text = (await exists(file)) ? await readFile(file, 'utf8') : '';
  // Text after the last line break is an incomplete entry of a run that was killed.
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

/** @param {string} file */
async function exists(file) {
  return access(file).then(
    () => true,
    () => false,
  );
}
