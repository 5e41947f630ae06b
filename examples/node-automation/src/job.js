import { randomUUID } from 'node:crypto';
import { access, appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** @typedef {{ answer: string } | { refused: string }} Outcome */
/** @typedef {{ number: number, text: string, key: string }} Question */

/**
 * Questions and what came of them. Each outcome is a line of a journal beside the answers, `ANSWERS.part`, written as soon as
 * it is known, so that a killed run loses nothing: the next one reads it and asks the rest.
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
    this.#journalFile = journalOf(answersFile);
    this.#questions = questions;
  }

  /**
   * Goes on with the job that the journal tells of, or begins one.
   *
   * @param {string} questionsFile
   * @param {string} answersFile
   * @throws Error when the answers are there already, or when the questions are not those of the journal
   */
  static async open(questionsFile, answersFile) {
    const texts = (await readFile(questionsFile, 'utf8'))
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '');
    if (await exists(answersFile)) {
      throw new Error(`${answersFile} is there already: move it away to ask again.`);
    }
    const journalFile = journalOf(answersFile);
    const lines = await readJournal(journalFile);
    const [head = { job: randomUUID(), questions: texts }, ...entries] = lines;
    if (JSON.stringify(head.questions) !== JSON.stringify(texts)) {
      throw new Error(
        `${questionsFile} changed since ${journalFile} was begun: put it back, or delete that file to begin anew.`,
      );
    }
    // In place before the first question leaves: its id is a part of every key.
    const kept = [head, ...entries].map((line) => `${JSON.stringify(line)}\n`).join('');
    await writeFile(`${journalFile}.new`, kept);
    await rename(`${journalFile}.new`, journalFile);
    const questions = texts.map((text, index) => ({
      number: index + 1,
      text,
      key: `${head.job}-${index + 1}`,
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

  get refused() {
    return [...this.#outcomes.values()].filter((outcome) => 'refused' in outcome).length;
  }

  /** What has no outcome yet. */
  get open() {
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

  /** Writes the answers, a JSON document a line and in the order of the questions, and takes the journal away. */
  async finish() {
    const lines = this.#questions.map(({ number, text }) =>
      JSON.stringify({ question: text, ...this.#outcomes.get(number) }),
    );
    // A reader of that file never sees half of it.
    await writeFile(`${this.#answersFile}.new`, lines.map((line) => `${line}\n`).join(''));
    await rename(`${this.#answersFile}.new`, this.#answersFile);
    await rm(this.#journalFile);
  }
}

/** @param {string} answersFile */
function journalOf(answersFile) {
  return `${answersFile}.part`;
}

/**
 * @param {string} file
 * @returns {Promise<any[]>}
 */
async function readJournal(file) {
  const text = (await exists(file)) ? await readFile(file, 'utf8') : '';
  // What follows the last line break was being written when the run was killed.
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
