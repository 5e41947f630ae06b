import type { FastifyInstance } from 'fastify';
import { loadWith } from '../../options/optional-package.js';

const files = { feature: 'Serving static files', name: '@fastify/static', major: 9 };

/** Serves the files of a directory at the root of the scope, except hidden ones. */
export async function staticFiles(scope: FastifyInstance, directory: string): Promise<void> {
  const { default: fastifyStatic } = await loadWith(files, () => import('@fastify/static'));
  await scope.register(fastifyStatic, { root: directory, dotfiles: 'ignore' });
}
