//! Large photos made smaller before they travel: a telephone takes many megabytes, and a weak signal carries few.
//!
//! Must never refuse a file: what cannot be drawn goes as it is, and the server decides.

/** A photo up to this size goes as it is. */
const AS_IS_BYTES_MAX = 3 * 1024 * 1024;
/** The longer edge of a photo that was made smaller; the small print of a page stays legible. */
const EDGE_PX_MAX = 3_000;
/** No fault shows at this quality, at a third of the size of the best. */
const QUALITY = 0.85;

export interface Fitted {
  name: string;
  blob: Blob;
}

/** The file, or a smaller picture of it where it is a large photo. */
export async function fitting(file: File): Promise<Fitted> {
  const asIs = { name: file.name, blob: file };
  if (file.size <= AS_IS_BYTES_MAX || !file.type.startsWith('image/')) return asIs;
  const blob = await drawnSmaller(file).catch(() => undefined);
  if (!blob || blob.size >= file.size) return asIs;
  return { name: file.name.replace(/(\.[^.]*)?$/, '.jpg'), blob };
}

/** By how much both edges are made shorter. */
export function scaleFor(width: number, height: number): number {
  return Math.min(1, EDGE_PX_MAX / Math.max(width, height, 1));
}

async function drawnSmaller(file: File): Promise<Blob | undefined> {
  const picture = await createImageBitmap(file);
  try {
    const scale = scaleFor(picture.width, picture.height);
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY));
    return blob ?? undefined;
  } finally {
    picture.close();
  }
}
