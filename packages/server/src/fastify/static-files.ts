import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Serves the files of a directory at the scope's root; hidden ones are not there. */
export async function staticFiles(scope: FastifyInstance, directory: string): Promise<void> {
  await scope.register(fastifyStatic, { root: directory, dotfiles: 'ignore' });
}
