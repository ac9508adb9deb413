//! Photos of a matter that is not filed yet. They are too large for the draft and survive a reload beside it.
//!
//! Each lies under the mark of its tab, so that another tab or the next person on a shared device does not meet it.

import { useSyncExternalStore } from 'react';
import { fitting } from './shrink.ts';

export interface Photo {
  id: string;
  name: string;
  blob: Blob;
  url: string;
}

/** As many as a customer sends of one matter. */
export const PHOTOS_MAX = 9;

const DATABASE = 'xiaobao.portal';
const STORE = 'photos';
const TAB = 'xiaobao.portal.tab';
/** What was left by a tab that never came back is removed after this long. */
const KEPT_MS = 24 * 3_600_000;

interface Kept {
  id: string;
  tab: string;
  name: string;
  blob: Blob;
  at: number;
}

let photos: Photo[] = [];
const listeners = new Set<() => void>();

function publish(next: Photo[]): void {
  photos = next;
  for (const listener of listeners) listener();
}

export function usePhotos(): Photo[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => photos,
  );
}

function mark(): string {
  try {
    const known = sessionStorage.getItem(TAB);
    if (known) return known;
    const made = `${Date.now()}.${Math.random()}`;
    sessionStorage.setItem(TAB, made);
    return made;
  } catch {
    return 'none';
  }
}

function open(): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    if (typeof indexedDB === 'undefined') return resolve(undefined);
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: 'id' });
    asked.onsuccess = () => resolve(asked.result);
    // A private window may refuse; the photos then live as long as the page.
    asked.onerror = () => resolve(undefined);
  });
}

async function withStore(work: (store: IDBObjectStore) => void): Promise<void> {
  const database = await open();
  if (!database) return;
  await new Promise<void>((resolve) => {
    const transaction = database.transaction(STORE, 'readwrite');
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => resolve();
    work(transaction.objectStore(STORE));
  });
  database.close();
}

/** Brings back the photos of this tab after a reload, and removes what was left behind long ago. */
export async function loadPhotos(): Promise<void> {
  // The page itself has them; where the browser keeps nothing, it alone does.
  if (photos.length > 0) return;
  const tab = mark();
  const found: Kept[] = [];
  await withStore((store) => {
    store.openCursor().onsuccess = (event) => {
      const cursor = (event.target as IDBRequest<IDBCursorWithValue | null>).result;
      if (!cursor) return;
      const kept = cursor.value as Kept;
      if (kept.tab === tab) found.push(kept);
      else if (Date.now() - kept.at > KEPT_MS) cursor.delete();
      cursor.continue();
    };
  });
  found.sort((one, other) => one.at - other.at);
  publish(found.map(({ id, name, blob }) => ({ id, name, blob, url: URL.createObjectURL(blob) })));
}

/** A file that was not taken. */
export interface Refused {
  name: string;
  why: 'many' | 'large' | 'empty';
}

/** Takes files, large photos drawn smaller; gives back those that it does not take. `bytesMax` is what the server takes. */
export async function addPhotos(files: File[], bytesMax = Number.POSITIVE_INFINITY): Promise<Refused[]> {
  const tab = mark();
  const refused: Refused[] = [];
  const added: Photo[] = [];
  for (const [index, file] of files.entries()) {
    const { name } = file;
    if (photos.length + added.length >= PHOTOS_MAX) {
      refused.push({ name, why: 'many' });
      continue;
    }
    const photo = await fitting(file);
    if (photo.blob.size === 0) refused.push({ name, why: 'empty' });
    else if (photo.blob.size > bytesMax) refused.push({ name, why: 'large' });
    else added.push({ id: `${tab} ${Date.now()} ${index}`, url: URL.createObjectURL(photo.blob), ...photo });
  }
  publish([...photos, ...added]);
  await withStore((store) => {
    for (const { id, name, blob } of added) store.put({ id, tab, name, blob, at: Date.now() } satisfies Kept);
  });
  return refused;
}

export async function removePhoto(id: string): Promise<void> {
  const gone = photos.find((photo) => photo.id === id);
  if (gone) URL.revokeObjectURL(gone.url);
  publish(photos.filter((photo) => photo.id !== id));
  await withStore((store) => store.delete(id));
}

export async function clearPhotos(): Promise<void> {
  const all = photos;
  publish([]);
  for (const { url } of all) URL.revokeObjectURL(url);
  await withStore((store) => {
    for (const { id } of all) store.delete(id);
  });
}
