// Sends what waits, once: in batches, one tab at a time, less and less often while it fails.
// The server knows every nonce, so that sending again after a broken answer is harmless.

const BATCH = 50;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 300_000;
const LONGEST_WAIT_MS = 20_000;
const TURN = "voluncity-offline-send";

export const LOGIN = "login";
const REFUSED = "refused"; // this package; the others are still sent

export function csrfToken() {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

// Returns {status, content}; content is null when the answer is no JSON: somebody must log in.
export async function post(url, content) {
  const answer = await fetch(url, {
    method: "POST",
    body: JSON.stringify(content),
    signal: AbortSignal.timeout(LONGEST_WAIT_MS),
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
  });
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  return { ok: answer.ok, status: answer.status, content: isJson ? await answer.json() : null };
}

export class Sender {
  constructor(store, url, tell) {
    this.store = store;
    this.url = url;
    this.tell = tell;
    this.pause = FIRST_PAUSE_MS;
    addEventListener("online", () => this.soon(0));
  }

  soon(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), milliseconds);
  }

  // Two tabs take turns; who finds the other at work leaves it to it.
  async now() {
    if (!navigator.locks) return this.run();
    return navigator.locks.request(TURN, { ifAvailable: true }, (turn) => (turn ? this.run() : undefined));
  }

  async run() {
    if (!navigator.onLine) return; // the event says when
    try {
      let refused = null;
      for (const found of await this.store.packages()) {
        await this.empty(found).catch((problem) => {
          if (problem.kind !== REFUSED) throw problem;
          refused = problem;
        });
      }
      if (refused) throw refused;
      this.pause = FIRST_PAUSE_MS;
      this.tell("");
    } catch (problem) {
      this.tell(problem.sentence ?? "还没有送到服务器，联网后会自动再试。", problem.kind);
      if (problem.kind) return;
      this.soon(this.pause);
      this.pause = Math.min(2 * this.pause, LONGEST_PAUSE_MS);
    }
  }

  async empty(found) {
    for (;;) {
      const batch = (await this.store.waiting(found.token)).slice(0, BATCH);
      if (!batch.length) return;
      this.tell(`正在上传 ${batch.length} 条…`);
      await this.store.settle(await this.answers(found, batch));
    }
  }

  async answers(found, batch) {
    const scans = batch.map(({ nonce, direction, at, signup, code }) => ({ nonce, direction, at, signup, code }));
    const { ok, status, content } = await post(this.url, { token: found.token, offset_ms: found.offset, sent_at: Date.now(), scans });
    if (ok && content) return content.answers;
    if (content?.error && content.error.code !== "not_signed_in") throw Object.assign(new Error(), { sentence: content.error.sentence, kind: REFUSED });
    if (content === null && status >= 500) throw new Error("the server is not well");
    throw Object.assign(new Error(), { sentence: "登录已过期。记录都还在，请用下载名单的账号登录后再上传。", kind: LOGIN });
  }
}
