import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { settings } from '../../packages/server/src/cli/settings/settings.js';
import { repository } from './citations.js';

const read = (path: string): string => readFileSync(repository(path), 'utf8');

/** The values of a section of a systemd unit, by key. */
function unit(section: string): Map<string, string> {
  const text = read('deploy/chat-server.service').split(`[${section}]\n`)[1]?.split('\n[')[0] ?? '';
  return new Map(
    [...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]),
  );
}

describe('the Dockerfile', () => {
  const file = read('Dockerfile');
  const finalStage = file.slice(file.lastIndexOf('\nFROM '));

  test('builds in one stage and runs in another', () => {
    expect(file.match(/^FROM node:(\d+)-slim/gm)).toHaveLength(2);
    expect(finalStage).toContain('COPY --from=build');
    expect(finalStage).not.toContain('npm ');
  });

  test('runs without privileges, with a health check', () => {
    expect(finalStage).toMatch(/^USER node$/m);
    expect(finalStage).toMatch(/^HEALTHCHECK .*\/readyz/m);
    expect(finalStage).toContain(`EXPOSE ${settings.port.default}\n`);
  });
});

describe('the systemd unit', () => {
  const service = unit('Service');

  test('stops later than the server drains', () => {
    const stopMs = Number(service.get('TimeoutStopSec')) * 1_000;
    expect(stopMs).toBeGreaterThanOrEqual(settings.drainTimeoutMs.default + 2_000);
  });

  test('stores data in its state directory, without root', () => {
    expect(service.get('DynamicUser')).toBe('yes');
    expect(service.get('ExecStart')).toContain(`--data /var/lib/${service.get('StateDirectory')}/`);
  });

  test('allows what V8 needs: memory protection keys, and code that it compiles', () => {
    expect(service.get('SystemCallFilter')?.split(' ')).toEqual(['@system-service', '@pkey']);
    expect(service.has('MemoryDenyWriteExecute')).toBe(false);
  });
});

describe('the templates of issues', () => {
  const folder = '.github/ISSUE_TEMPLATE';

  test.each(readdirSync(repository(folder)).filter((name) => name !== 'config.yml'))(
    '%s is a form with unique fields',
    (name) => {
      const form = parse(read(`${folder}/${name}`));
      expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
      const ids = form.body.flatMap(({ id }: { id?: string }) => id ?? []);
      expect(ids.length).toBeGreaterThan(1);
      expect(new Set(ids).size).toBe(ids.length);
    },
  );
});
