//! Starts the program for the journeys on a free port in a folder of its own, and stops it afterwards.
//!
//! `XIAOBAO_PROGRAM` names the program; `XIAOBAO_AT` names a server that runs already and is left alone.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** A debug build furnishes its bank in half a minute on a quiet machine; a busy one takes several times that. */
const START_MS_MAX = 300_000;
const POLL_MS = 200;

declare module 'vitest' {
  interface ProvidedContext {
    base: string;
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const running = process.env.XIAOBAO_AT;
  if (running) {
    project.provide('base', running);
    return undefined;
  }
  const program = process.env.XIAOBAO_PROGRAM;
  if (!program) throw new Error('XIAOBAO_PROGRAM must name the program to test');
  const folder = await mkdtemp(join(tmpdir(), 'xiaobao-journeys-'));
  const base = `http://127.0.0.1:${await freePort()}`;
  const server = start(program, folder, new URL(base).host);
  try {
    await ready(base, server);
  } catch (error) {
    await stop(server.child, folder);
    throw error;
  }
  project.provide('base', base);
  return () => stop(server.child, folder);
}

interface Started {
  child: ChildProcess;
  said: () => string;
}

function start(program: string, folder: string, listen: string): Started {
  // The program reads settings from variables of its name and refuses ones it does not know, such as ours.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('XIAOBAO_')));
  const child = spawn(program, ['demo', '--data', join(folder, 'data'), '--listen', listen], { cwd: folder, env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
  }
  return { child, said: () => said };
}

/** Waits until a program answers. */
export async function ready(base: string, { child, said }: Started): Promise<void> {
  const end = Date.now() + START_MS_MAX;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`the program ended:\n${said()}`);
    const answer = await fetch(`${base}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`the program is not ready:\n${said()}`);
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
}

/** A port on which nobody listens. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
