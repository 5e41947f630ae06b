import { execFileSync } from 'node:child_process';

/** @returns {string[]} the files of a folder that match, without those that git ignores */
export function gitFiles(folder, patterns) {
  const parameters = ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns];
  const output = execFileSync('git', parameters, { cwd: folder, encoding: 'utf8' });
  return output.split('\n').filter((file) => file !== '');
}
