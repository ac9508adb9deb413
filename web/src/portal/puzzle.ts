//! The proof of work that the server asks for when many requests come from one network: solved unnoticed, a slice at a time.
//!
//! SHA-256 by hand, because browsers offer theirs on TLS only and an old telephone may have none. It guards no secret.

const K = new Uint32Array(64);
const START = new Uint32Array(8);

/** The first 32 bits of the fractional parts of roots of the first primes, which is what SHA-256 is made of. */
function fill(): void {
  const bits = (root: number) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  let count = 0;
  for (let candidate = 2; count < 64; candidate += 1) {
    let isPrime = true;
    for (let by = 2; by * by <= candidate; by += 1) if (candidate % by === 0) isPrime = false;
    if (!isPrime) continue;
    K[count] = bits(Math.cbrt(candidate));
    if (count < 8) START[count] = bits(Math.sqrt(candidate));
    count += 1;
  }
}
fill();

const turn = (word: number, by: number) => (word >>> by) | (word << (32 - by));
const schedule = new Uint32Array(64);

function padded(message: Uint8Array): DataView {
  const length = Math.ceil((message.length + 9) / 64) * 64;
  const bytes = new Uint8Array(length);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(length - 4, message.length * 8);
  return view;
}

function compress(state: Uint32Array, view: DataView, at: number): void {
  const w = schedule;
  for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(at + i * 4);
  for (let i = 16; i < 64; i += 1) {
    const [x, y] = [w[i - 15] ?? 0, w[i - 2] ?? 0];
    const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const s1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    w[i] = ((w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i += 1) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[i] ?? 0) + (w[i] ?? 0)) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = ((state[i] ?? 0) + word) | 0;
  });
}

/** The SHA-256 of a text, as eight words. */
export function sha256(text: string): Uint32Array {
  const view = padded(new TextEncoder().encode(text));
  const state = START.slice();
  for (let at = 0; at < view.byteLength; at += 64) compress(state, view, at);
  return state;
}

function fits(words: Uint32Array, zeroBits: number): boolean {
  let left = zeroBits;
  for (const word of words) {
    if (left <= 0) return true;
    const zeros = Math.clz32(word);
    if (zeros < Math.min(left, 32)) return false;
    left -= 32;
  }
  return left <= 0;
}

/** How long the page may stand still at a time. */
const SLICE_MS = 12;

/** The smallest number that solves a puzzle, found without holding the page up. */
export async function solve(puzzle: string, zeroBits: number): Promise<number> {
  let number = 0;
  for (;;) {
    const end = performance.now() + SLICE_MS;
    do {
      if (fits(sha256(`${puzzle}:${number}`), zeroBits)) return number;
      number += 1;
    } while (number % 64 !== 0 || performance.now() < end);
    await new Promise((resolve) => setTimeout(resolve));
  }
}
