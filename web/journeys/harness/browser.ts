//! A browser for the journeys. Whatever a page complains of, in its console or about its policy, fails the journey.

import { existsSync } from 'node:fs';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
  type Request,
} from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';

/** Where Debian and others put Chromium. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** How long a page may take to show what is waited for; the machine of a test has other things to do too. */
const PATIENCE_MS = 15_000;

/** What each page has asked for and not got yet, but for the stream of live hints, which never ends. */
const pending = new WeakMap<Page, Set<Request>>();

let browser: Browser | undefined;
let opened: { context: BrowserContext; complaints: string[] }[] = [];

export function program(): string {
  const named = process.env.XIAOBAO_CHROMIUM;
  const found = [named, ...PLACES].find((path) => path !== undefined && existsSync(path));
  if (!found) throw new Error('there is no Chromium; set XIAOBAO_CHROMIUM to its program');
  return found;
}

export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: program(),
    // Root in a container has no sandbox to put the browser in; other people keep theirs.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}

/** Call once in a file of journeys: opens the browser before and closes every page after each journey. */
export function withBrowser(): void {
  beforeAll(async () => {
    browser = await launch();
  });
  afterEach(async () => {
    const complaints = opened.flatMap((one) => one.complaints);
    await Promise.all(opened.map((one) => one.context.close()));
    opened = [];
    expect(complaints, 'what the pages complained of').toEqual([]);
  });
  afterAll(async () => browser?.close());
}

export interface Visit {
  language?: 'zh' | 'en';
  /** Where on the server to begin. */
  at?: string;
  options?: BrowserContextOptions;
  /** The journey takes the network away; the browser's console tells of each request that never arrives. */
  losesNetwork?: boolean;
}

/** Answers of the server that a journey asks for on purpose; the browser's console repeats each. */
const EXPECTED = /Failed to load resource: the server responded with a status of (401|403|404|409|422|429)/;

/** The same where the network was taken away. */
const LOST = /Failed to load resource: net::ERR_(FAILED|INTERNET_DISCONNECTED|NETWORK_CHANGED)/;

/** A page in a browser profile of its own. */
export async function visit({
  language = 'zh',
  at = '/',
  options = {},
  losesNetwork = false,
}: Visit = {}): Promise<Page> {
  if (!browser) throw new Error('withBrowser() was not called');
  const context = await browser.newContext({
    baseURL: inject('base'),
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1440, height: 900 },
    ...options,
  });
  const complaints: string[] = [];
  opened.push({ context, complaints });
  context.setDefaultTimeout(PATIENCE_MS);
  context.on('weberror', (error) => complaints.push(error.error().message));
  context.on('console', (line) => {
    const isExpected = EXPECTED.test(line.text()) || (losesNetwork && LOST.test(line.text()));
    if (line.type() === 'error' && !isExpected) complaints.push(line.text());
  });
  const page = await context.newPage();
  watch(page);
  await page.goto(at);
  return page;
}

function watch(page: Page): void {
  const open = new Set<Request>();
  pending.set(page, open);
  page.on('request', (request) => request.resourceType() !== 'eventsource' && open.add(request));
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
}

/** Waits until a page shows its heading and has everything that it asked for. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').waitFor();
  const open = pending.get(page);
  do {
    await expect.poll(() => open?.size ?? 0, { timeout: PATIENCE_MS }).toBe(0);
    // What has arrived is drawn, and asks for what it needs in turn, within two frames.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  } while (open?.size);
}
