import { connect, createServer } from 'node:net';

/**
 * A way to the banner that can be cut, as a dead spot cuts a phone's. The browser's own switch is laid over each page when
 * the page begins, and what a page asks in its first moments can slip past it.
 * @param {string} origin of the banner, `http://127.0.0.1:PORT`
 * @returns {Promise<Relay>}
 */
export async function startRelay(origin) {
  const { hostname, port } = new URL(origin);
  const relay = new Relay(() => connect(Number(port), hostname));
  await new Promise((resolve) => relay.server.listen(0, '127.0.0.1', resolve));
  return relay;
}

/** What a proxy says while the server behind it restarts. */
const AWAY = 'HTTP/1.1 502 Bad Gateway\r\nX-Relay: away\r\nContent-Type: text/html\r\nContent-Length: 11\r\nConnection: close\r\n\r\nBad Gateway';

/** One phone's way to the banner. */
class Relay {
  constructor(far) {
    this.isCut = false;
    this.isAway = false;
    this.held = null;
    this.far = far;
    this.ends = new Set();
    this.server = createServer((near) => this.take(near));
  }

  take(near) {
    near.on('error', () => near.destroy());
    if (this.isCut) near.destroy();
    else if (this.isAway) near.once('data', () => near.end(AWAY));
    else if (this.held) this.held.push(near);
    else this.join(near, this.far());
  }

  /** Where the banner is found by this way. */
  get origin() {
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  join(near, far) {
    for (const [one, other] of [[near, far], [far, near]]) {
      this.ends.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.ends.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  /** Nothing passes from here on, also of what is under way, and the phone that uses this way knows it. */
  async cut(phone) {
    this.isCut = true;
    this.ends.forEach((end) => end.destroy());
    await phone.setOffline(true);
  }

  /** The way is there again. */
  async mend(phone) {
    this.isCut = false;
    await phone.setOffline(false);
  }

  /** A proxy answers from here on, in the place of the banner. */
  away() {
    this.isAway = true;
    this.ends.forEach((end) => end.destroy());
  }

  /** Whoever asks from here on is answered only after `release`. */
  hold() {
    this.held = [];
    this.ends.forEach((end) => end.destroy());
  }

  /** Answers whoever has waited. */
  release() {
    const waited = this.held;
    this.held = null;
    waited.forEach((near) => this.take(near));
  }

  /** Ends it. */
  async stop() {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.ends.forEach((end) => end.destroy());
    (this.held ?? []).forEach((near) => near.destroy());
    await closed;
  }
}
