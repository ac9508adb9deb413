//! How long the queue takes until somebody can work with it, with a large bank behind it and with an empty one, measured in turns
//! in one run. It prints figures and fails on none: run it on a quiet machine.
//!
//! `XIAOBAO_PROGRAM` names the program (a release build), `XIAOBAO_BANK` the folder of a bank that `cargo xtask bench million`
//! made and kept. `XIAOBAO_ROUNDS` says how often each page is opened.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { it } from 'vitest';
import { launch } from './harness/browser.ts';
import { freePort, ready } from './harness/server.ts';

const ROUNDS = Number(process.env.XIAOBAO_ROUNDS ?? 30);
/** What the queue must reach, for the line that is printed. */
const WANTED_MS = 1_500;

interface Bank {
  name: string;
  base: string;
  server: ChildProcess;
  browser: Browser;
  state: Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>;
}

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must be set`);
  return value;
}

/** The program refuses variables of its name that it does not know. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('XIAOBAO_')));

/** A password of this run alone. */
const password = `Look-${Math.random().toString(36).slice(2)}-${Date.now()}`;

function command(args: string[], input = ''): void {
  const done = spawnSync(needed('XIAOBAO_PROGRAM'), args, { env, input, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${args.join(' ')}\n${done.stdout}${done.stderr}`);
}

async function open(name: string, folder: string, files: string): Promise<Bank> {
  const house = ['--database', `sqlite:${join(folder, 'bench.db')}`, '--key-file', join(folder, 'bench.keys')];
  const number = `look${Date.now().toString(36)}`;
  const user = ['admin', 'create-user', number, '--name', 'Reader', '--role', 'handler', '--password-stdin'];
  command([...user, ...house], `${password}\n`);
  const base = `http://127.0.0.1:${await freePort()}`;
  const listen = ['--listen', new URL(base).host, '--objects', files];
  const server = spawn(needed('XIAOBAO_PROGRAM'), ['serve', ...house, ...listen], { env, stdio: 'ignore' });
  await ready(base, { child: server, said: () => '' });
  const browser = await launch();
  const context = await browser.newContext({ baseURL: base, locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto('/orders');
  await page.locator('#staff_number').fill(number);
  await page.locator('#password').fill(password);
  await page.locator('button[type=submit]').click();
  await page.locator('[data-covers-page]').waitFor({ state: 'detached' });
  const state = await context.storageState();
  await context.close();
  return { name, base, server, browser, state };
}

/**
 * One opening with an empty cache: from the address to a queue that shows what it has and answers a key. Opened again in the same
 * profile, as on any later day, it finds the scripts in the browser's cache.
 */
async function once({ base, browser, state }: Bank): Promise<{ first: number; again: number }> {
  const context = await browser.newContext({
    baseURL: base,
    locale: 'zh-CN',
    storageState: state,
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  const opened = async () => {
    const before = performance.now();
    await page.goto('/orders', { waitUntil: 'commit' });
    // A row, or the sentence that there is none; until then the list is on its way.
    await page.locator('[role=grid] [data-key], [data-empty]').first().waitFor();
    await page.keyboard.press('j');
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    return performance.now() - before;
  };
  const first = await opened();
  const again = await opened();
  await context.close();
  return { first, again };
}

const noTimes = (): { first: number[]; again: number[] } => ({ first: [], again: [] });

/** The value below which so many of a hundred lie. */
function percentile(times: number[], percent: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

function said(what: string, large: number[], empty: number[]): string {
  const [median, far] = [percentile(large, 50), percentile(large, 99)];
  const [medianEmpty, farEmpty] = [percentile(empty, 50), percentile(empty, 99)];
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return [
    `${what} (${large.length} times each):`,
    `  large bank  median ${ms(median)}, p99 ${ms(far)}   (wanted: at most ${WANTED_MS} ms)`,
    `  empty bank  median ${ms(medianEmpty)}, p99 ${ms(farEmpty)}`,
    `  large by empty  median ${(median / medianEmpty).toFixed(2)}, p99 ${(far / farEmpty).toFixed(2)}`,
  ].join('\n');
}

it('the queue until it can be worked with', { timeout: 3_600_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'xiaobao-interactive-'));
  const banks: Bank[] = [];
  try {
    const files = join(folder, 'files');
    await mkdir(files);
    const house = ['--database', `sqlite:${join(folder, 'bench.db')}`, '--key-file', join(folder, 'bench.keys')];
    command(['keys', 'generate', join(folder, 'bench.keys')]);
    command(['migrate', ...house]);
    await writeFile(join(folder, 'units.csv'), 'code,name,kind,parent\nHO,总行,head_office,\n');
    command(['import', 'orgs', join(folder, 'units.csv'), ...house]);
    banks.push(await open('large', needed('XIAOBAO_BANK'), files), await open('empty', folder, files));
    const [large, small] = banks as [Bank, Bank];
    const times = { large: noTimes(), small: noTimes() };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [bank, into] of [
        [large, times.large],
        [small, times.small],
      ] as const) {
        const { first, again } = await once(bank);
        into.first.push(first);
        into.again.push(again);
      }
    }
    process.stdout.write(`${said('the queue, opened for the first time', times.large.first, times.small.first)}\n`);
    process.stdout.write(`${said('the queue, opened again', times.large.again, times.small.again)}\n`);
  } finally {
    for (const bank of banks) {
      await bank.browser.close();
      bank.server.kill('SIGTERM');
    }
    await rm(folder, { recursive: true, force: true });
  }
});
