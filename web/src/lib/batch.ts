//! Gathers single questions that are asked in the same moment into one.

/** How long a question waits for others: one frame, so that a page that is drawn asks once. */
const WAIT_MS = 16;

interface Waiting<T> {
  resolve: (value: T | undefined) => void;
  reject: (error: unknown) => void;
}

/** A function of one key over a function of many; `sizeMax` keys go into one question. */
export function batched<T>(
  ask: (keys: string[]) => Promise<Map<string, T>>,
  sizeMax: number,
): (key: string) => Promise<T | undefined> {
  let waiting = new Map<string, Waiting<T>[]>();

  const flush = () => {
    const all = [...waiting];
    waiting = new Map();
    for (let from = 0; from < all.length; from += sizeMax) {
      const part = all.slice(from, from + sizeMax);
      ask(part.map(([key]) => key)).then(
        (found) => {
          for (const [key, askers] of part) for (const asker of askers) asker.resolve(found.get(key));
        },
        (error: unknown) => {
          for (const [, askers] of part) for (const asker of askers) asker.reject(error);
        },
      );
    }
  };

  return (key) =>
    new Promise((resolve, reject) => {
      if (waiting.size === 0) setTimeout(flush, WAIT_MS);
      const askers = waiting.get(key) ?? [];
      waiting.set(key, [...askers, { resolve, reject }]);
    });
}
