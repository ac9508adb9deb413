//! Live hints from the server: that a thing changed, never what it holds. One connection for the whole page.
//!
//! A page that nobody looks at keeps no connection: a browser allows six to one server, and people keep many tabs.

export interface Hint {
  topic: string;
  id: string;
  kind: string;
}

export interface Listener {
  changed: (hint: Hint) => void;
  /** Hints were missed: everything shown may be old. */
  missed: () => void;
}

/** What is used of an `EventSource`. */
interface Source {
  addEventListener: (type: string, heard: (event: Event) => void) => void;
  close: () => void;
  readonly readyState: number;
}

/** Opens a connection; a stand-in in tests. */
export type Open = (url: string) => Source;

/** A connection that the server refused, as after the session ended, is tried again this much later. */
const AGAIN_MS = 5_000;
const CLOSED = 2;

class Line {
  readonly listeners = new Set<Listener>();
  private source: Source | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Something may have happened while there was no connection. */
  private hasGap = false;

  constructor(
    private readonly url: string,
    private readonly open: Open,
  ) {
    document.addEventListener('visibilitychange', this.look);
    this.look();
  }

  end(): void {
    document.removeEventListener('visibilitychange', this.look);
    this.cut();
  }

  private readonly look = () => {
    if (document.visibilityState === 'hidden') {
      this.hasGap = true;
      this.cut();
    } else if (!this.source) {
      this.connect();
    }
  };

  private cut(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.source?.close();
    this.source = undefined;
  }

  private connect(): void {
    const source = this.open(this.url);
    this.source = source;
    source.addEventListener('changed', (event) => {
      const hint = JSON.parse((event as MessageEvent<string>).data) as Hint;
      for (const listener of this.listeners) listener.changed(hint);
    });
    source.addEventListener('reload', () => this.missed());
    source.addEventListener('open', () => {
      if (this.hasGap) this.missed();
      this.hasGap = false;
    });
    source.addEventListener('error', () => {
      this.hasGap = true;
      // The browser reconnects by itself unless the server said no.
      if (source.readyState !== CLOSED || this.source !== source) return;
      this.cut();
      this.timer = setTimeout(() => this.connect(), AGAIN_MS);
    });
  }

  private missed(): void {
    for (const listener of this.listeners) listener.missed();
  }
}

const lines = new Map<string, Line>();

/** Listens until the returned function is called; the last listener closes the connection. */
export function listen(url: string, listener: Listener, open: Open = (at) => new EventSource(at)): () => void {
  const line = lines.get(url) ?? new Line(url, open);
  lines.set(url, line);
  line.listeners.add(listener);
  return () => {
    line.listeners.delete(listener);
    if (line.listeners.size > 0) return;
    line.end();
    lines.delete(url);
  };
}
